package server

import (
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Call is a request that came, answered or not.
type Call struct {
	Method string `json:"method"`
	Path   string `json:"path"` // with its query
	Status int    `json:"status"`
	Bytes  int64  `json:"bytes"` // of the body
}

// Fault is how a stand-in fails. The zero value is none.
type Fault struct {
	// Status is answered in place of what was asked for.
	Status int `json:"status"`
	// RetryAfter is a header of that answer.
	RetryAfter string `json:"retry_after"`
	// Body is what stands in the answer: a text, or page, garbage, huge.
	Body string `json:"body"`
	// DelayMS is how many milliseconds pass before an answer.
	DelayMS int `json:"delay_ms"`
	// Times is for how many calls this holds; zero is for all.
	Times int `json:"times"`
	// Writes leaves calls alone that only ask.
	Writes bool `json:"writes"`
	// AfterWrite leaves calls alone up to the first that does more than ask.
	AfterWrite bool `json:"after_write"`
	// KeepsOld answers uploads as always, and uses the certificate from before.
	KeepsOld bool `json:"keeps_old"`
}

// Fail makes the calls to come fail, and those of before not any more.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Calls are those that came so far, in order; one that is not answered yet has no status.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := make([]Call, 0, len(s.calls))
	for _, c := range s.calls {
		calls = append(calls, *c)
	}
	return calls
}

// ServeHTTP answers as the product does, or as a test wants it to fail.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const most = 16 << 20
	if !isLocal(r.Host) {
		http.Error(w, "the simulator answers to loopback addresses and localhost only", http.StatusMisdirectedRequest)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	if strings.HasPrefix(r.URL.Path, "/simulator/") {
		s.control(w, r)
		return
	}
	counted := &counter{ReadCloser: r.Body}
	r.Body = counted
	told := &teller{ResponseWriter: w, status: http.StatusOK}
	f, call := s.begin(r)
	defer func() {
		_, _ = io.Copy(io.Discard, counted) // what the answer did not need
		s.mu.Lock()
		defer s.mu.Unlock()
		call.Status, call.Bytes = told.status, counted.bytes
	}()
	if f.DelayMS > 0 {
		select {
		case <-r.Context().Done():
		case <-time.After(time.Duration(f.DelayMS) * time.Millisecond):
		}
	}
	if f.Status == 0 && f.Body == "" {
		s.mux.ServeHTTP(told, r)
		return
	}
	f.answer(told, r)
}

// isLocal tells whether a call was meant for this machine. A page whose name was pointed here (DNS
// rebinding) has its own name in it.
func isLocal(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	address, err := netip.ParseAddr(name)
	return err == nil && address.IsLoopback() || strings.EqualFold(name, "localhost")
}

// begin notes a call, and says how it shall fail.
func (s *Server) begin(r *http.Request) (Fault, *Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	call := &Call{Method: r.Method, Path: r.URL.RequestURI()}
	s.calls = append(s.calls, call)
	f := s.fault
	if f.Writes && r.Method == http.MethodGet {
		return Fault{}, call
	}
	if f.AfterWrite {
		s.fault.AfterWrite = r.Method == http.MethodGet
		return Fault{}, call
	}
	if f.Times > 0 {
		if s.fault.Times--; s.fault.Times == 0 {
			s.fault = Fault{}
		}
	}
	return f, call
}

// answer is what comes in place of an answer. A careless server repeats what it was sent.
func (f Fault) answer(w http.ResponseWriter, r *http.Request) {
	if f.RetryAfter != "" {
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	body, format := f.Body, "application/json"
	switch f.Body {
	case "":
		text, _ := json.Marshal(object{"error": object{
			"code": http.StatusText(f.Status), "message": "no\x1b[2J\u202e\r\nsuch luck " + r.Header.Get("Authorization") + r.Header.Get("X-Api-Key"),
		}}) // texts can always be written
		body = string(text)
	case "page":
		body, format = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>…</body></html>", "text/html; charset=utf-8"
	case "garbage":
		body = "\x00\x1b]0;x\x07{\"data\": "
	case "huge":
		body = `"` + strings.Repeat("a", 8<<20) + `"`
	}
	w.Header().Set("Content-Type", format)
	w.WriteHeader(max(f.Status, http.StatusOK))
	_, _ = io.WriteString(w, body) // whoever has gone away does not mind
}

// control is what tests call, see the package.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "PUT /simulator/fault":
		var f Fault
		if err := json.NewDecoder(r.Body).Decode(&f); err != nil {
			document(w, http.StatusBadRequest, object{"error": err.Error()})
			return
		}
		s.Fail(f)
		w.WriteHeader(http.StatusNoContent)
	case "PUT /simulator/certificate":
		certificate, err := readCertificate(r.Body)
		if err != nil {
			document(w, http.StatusBadRequest, object{"error": err.Error()})
			return
		}
		s.Use(certificate)
		w.WriteHeader(http.StatusNoContent)
	case "GET /simulator/calls":
		document(w, http.StatusOK, s.Calls())
	default:
		document(w, http.StatusNotFound, object{"error": "there is no such path, or not with this method"})
	}
}

// counter counts what is read.
type counter struct {
	io.ReadCloser

	bytes int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.bytes += int64(n)
	return n, err
}

// teller remembers the status.
type teller struct {
	http.ResponseWriter

	status int
}

func (t *teller) WriteHeader(status int) {
	t.status = status
	t.ResponseWriter.WriteHeader(status)
}
