package journal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// record is a line of a journal as far as a resume needs it.
type record struct {
	run, input, shard string // of a header
	position          int64
	token             []byte
	class             apns.Class
}

// readLine reads a line: as this package lays it out, without allocating, else as any JSON
// of the same fields.
func readLine(line []byte) (record, bool) {
	if r, ok := quickLine(line); ok {
		return r, true
	}
	var v struct {
		Run      string     `json:"run"`
		Input    string     `json:"input_sha256"`
		Shard    string     `json:"shard"`
		Position int64      `json:"position"`
		Token    string     `json:"token"`
		Class    apns.Class `json:"class"`
	}
	if json.Unmarshal(line, &v) != nil {
		return record{}, false
	}
	return record{v.Run, v.Input, v.Shard, v.Position, []byte(v.Token), v.Class}, true
}

// quickLine reads a line as [AppendResult] writes it; false does not say that it is wrong.
func quickLine(line []byte) (r record, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte(`{"position":`))
	if !ok {
		return r, false
	}
	r.position, rest = number(rest)
	if rest, ok = bytes.CutPrefix(rest, []byte(`,"token":"`)); !ok {
		return r, false
	}
	if r.token, rest, ok = bytes.Cut(rest, []byte(`","apns_id":"`)); !ok || bytes.IndexByte(r.token, '\\') >= 0 {
		return r, false
	}
	for _, class := range []apns.Class{apns.Accepted, apns.Device, apns.Credential, apns.Later, apns.Network} {
		if tail, ok := bytes.CutSuffix(rest, []byte("\"}\n")); ok && bytes.HasSuffix(tail, []byte(class)) &&
			bytes.HasSuffix(tail[:len(tail)-len(class)], []byte(`,"class":"`)) {
			r.class = class
			return r, true
		}
	}
	return r, false
}

// readRefusal reads all of a line, for whoever tells of it again.
func readRefusal(line []byte) (*apns.Result, error) {
	var v struct {
		Position  int64      `json:"position"`
		Token     string     `json:"token"`
		ID        string     `json:"apns_id"`
		Status    int        `json:"status"`
		Reason    string     `json:"reason"`
		Timestamp *time.Time `json:"timestamp"`
		Attempts  int        `json:"attempts"`
		Class     apns.Class `json:"class"`
	}
	if json.Unmarshal(line, &v) != nil {
		return nil, errLine
	}
	id, err := parseID(v.ID)
	r := &apns.Result{
		Position: v.Position, Token: []byte(v.Token), ID: id, Status: v.Status, Reason: v.Reason, Attempts: v.Attempts, Class: v.Class,
	}
	if v.Timestamp != nil {
		r.Timestamp = v.Timestamp.UnixMilli()
	}
	return r, err
}

// number reads up to 18 digits.
func number(text []byte) (n int64, rest []byte) {
	i := 0
	for ; i < min(len(text), 18) && text[i] >= '0' && text[i] <= '9'; i++ {
		n = 10*n + int64(text[i]-'0')
	}
	return n, text[i:]
}

// parseID reads an apns-id.
func parseID(text string) (id apns.ID, err error) {
	digits, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(digits) != len(id) {
		return id, errLine
	}
	return apns.ID(digits), nil
}
