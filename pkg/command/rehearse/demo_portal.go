package rehearse

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// answer is what the simulated portal said.
type answer struct {
	status int
	name   string // of the download
	body   []byte
}

// portal sends a file to the simulated portal, as a person does with a browser.
func (s *stage) portal(ctx context.Context, path string, body []byte) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.sim.PortalURL()+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, body: data}
	if _, params, e := mime.ParseMediaType(resp.Header.Get("Content-Disposition")); e == nil {
		a.name = params["filename"]
	}
	return a, err
}

// upload sends a file of the demo's folder and keeps the download under a name.
func (s *stage) upload(ctx context.Context, path, file, download string) (answer, error) {
	body, err := os.ReadFile(s.path(file))
	if err != nil {
		return answer{}, err
	}
	a, err := s.portal(ctx, path, body)
	if err != nil {
		return a, err
	}
	if a.status != http.StatusCreated {
		return a, problem.Say(problem.DemoFailed, "portal", problem.Params{"status": fmt.Sprint(a.status), "file": file})
	}
	s.say("uploaded", problem.Params{"file": file, "name": a.name, "as": download})
	return a, os.WriteFile(s.path(download), a.body, 0o600)
}

// rejected sends a request that the portal has to refuse, and shows its words.
func (s *stage) rejected(ctx context.Context, file string) error {
	body, err := os.ReadFile(s.path(file))
	if err != nil {
		return err
	}
	a, err := s.portal(ctx, "/certificates", body)
	if err != nil {
		return err
	}
	s.say("rejected", problem.Params{"file": file, "status": fmt.Sprint(a.status)})
	var refusal struct{ ErrorDescription string }
	if err := json.Unmarshal(a.body, &refusal); err != nil {
		return err
	}
	s.print(indent(term.Wrap(refusal.ErrorDescription, s.env.IO.Columns-len(margin))))
	if a.status != http.StatusUnprocessableEntity {
		return problem.Say(problem.DemoFailed, "portal", problem.Params{"status": fmt.Sprint(a.status), "file": file})
	}
	return nil
}

// serial is the serial number of a certificate file, as the portal's addresses name it.
func (s *stage) serial(file string) (string, error) {
	leaf, err := s.leaf(file)
	if err != nil {
		return "", err
	}
	return leaf.SerialHex(), nil
}

func (s *stage) leaf(file string) (*pushcert.Certificate, error) {
	read, err := s.env.ReadFile(filepath.Join(s.dir, file), "")
	if err != nil {
		return nil, err
	}
	if read.Leaf() == nil {
		return nil, lifecycle.WrongKind(read.Role).Err()
	}
	return read.Leaf(), nil
}
