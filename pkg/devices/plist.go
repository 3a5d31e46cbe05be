package devices

import (
	"io"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// plist reads a TokenUpdate (apns-reference.md 4.1), or an enrollment profile where
// topics are asked for: the whole input is one row.
func (r *Reader) plist(row *Row) error {
	data, err := io.ReadAll(io.LimitReader(r.lines.in, pushcert.MaxFileSize+1))
	if err != nil {
		return err
	}
	if len(data) > pushcert.MaxFileSize {
		return problem.Say(problem.InputTooLarge, "tokens", problem.Params{"file": r.name})
	}
	file, err := pushcert.Read(r.name, data, nil)
	if err != nil {
		return err
	}
	row.Line = 1
	switch {
	case file.Token != nil:
		r.update = true
		r.checkIn(row, file)
	case r.topics && file.Role == pushcert.RoleEnrollmentProfile:
		row.Topic = append(row.Topic, file.Topic...)
	default:
		return problem.Say(problem.WrongRole, "tokens", problem.Params{"file": r.name, "role": string(file.Role)})
	}
	r.read = func(*Row) error { return io.EOF }
	return nil
}

// checkIn puts a TokenUpdate into a row.
func (r *Reader) checkIn(row *Row, file *pushcert.File) {
	t := file.Token
	user := t.EnrollmentUserID
	if user == "" {
		user = t.UserID
	}
	r.fill(row, &values{
		tokenColumn: []byte(t.Token), magicColumn: []byte(t.PushMagic), topicColumn: []byte(file.Topic),
		udidColumn: []byte(t.UDID), enrollmentColumn: []byte(t.EnrollmentID), userColumn: []byte(user),
	})
}
