package devices

import (
	"io"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// plist reads a TokenUpdate (apns-reference.md 4.1): the whole input is one row.
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
	if file.Token == nil {
		return problem.Say(problem.WrongRole, "tokens", problem.Params{"file": r.name, "role": string(file.Role)})
	}
	r.read = func(*Row) error { return io.EOF }
	row.Line, row.Topic = 1, file.Topic
	var fault Fault
	if row.Token, fault = r.tell.append(row.Token, []byte(file.Token.Token)); fault != "" {
		row.spoil(fault, nil)
		return nil
	}
	row.Magic = append(row.Magic, file.Token.PushMagic...)
	return nil
}
