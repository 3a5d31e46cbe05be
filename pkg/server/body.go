package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// bearer is the scheme of RFC 6750.
func (d *door) bearer(value string) { d.header("Authorization", "Bearer "+value) }

// basic is the scheme of RFC 7617.
func (d *door) basic(user, password string) {
	d.authorize = func(r *http.Request) (answer, error) {
		r.SetBasicAuth(user, password)
		return answer{}, nil
	}
}

// header opens the server with a header of its own.
func (d *door) header(name, value string) {
	d.authorize = func(r *http.Request) (answer, error) {
		r.Header.Set(name, value)
		return answer{}, nil
	}
}

// sendJSON calls with a document.
func (d *door) sendJSON(ctx context.Context, method, path string, document any) (answer, error) {
	body, err := json.Marshal(document)
	if err != nil {
		return answer{}, err
	}
	return d.ask(ctx, call{method: method, path: path, format: "application/json", body: body})
}

// sendFile calls as a web form with a file does (RFC 7578).
func (d *door) sendFile(ctx context.Context, method, path, field string, file []byte, texts map[string]string) (answer, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, "certificate.pem")
	if err == nil {
		_, err = part.Write(file)
	}
	for name, text := range texts {
		if err == nil && text != "" {
			err = form.WriteField(name, text)
		}
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return answer{}, fmt.Errorf("make a form: %w", err)
	}
	return d.ask(ctx, call{method: method, path: path, format: form.FormDataContentType(), body: body.Bytes()})
}

// portalFile gets the request for Apple's portal.
func (d *door) portalFile(ctx context.Context, path string) ([]byte, error) {
	a, err := d.get(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	file, ok := unwrap(a.body)
	if !ok {
		return nil, d.garbled(a)
	}
	return file, nil
}

// one chooses the row that is meant: the one with the topic that is asked about, or the only one.
func one[T any](d *door, rows []T, topic string, topicOf func(T) string) (row T, found bool, err error) {
	for _, r := range rows {
		if topic != "" && topicOf(r) == topic {
			return r, true, nil
		}
	}
	switch len(rows) {
	case 0:
		return row, false, nil
	case 1:
		return rows[0], true, nil
	}
	return row, false, problem.Say(problem.Usage, "server-several", problem.Params{
		"server": d.name, "kind": string(d.kind), "count": fmt.Sprint(len(rows)), "topic": topic,
	})
}

// missing is the error where what would be asked or renewed is not set up.
func (d *door) missing() error {
	return problem.Say(problem.ServerRefused, "none", problem.Params{"server": d.name})
}
