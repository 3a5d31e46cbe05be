package mdmcert

import (
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// fault is what goes wrong with one request.
type fault struct {
	answer   func(http.ResponseWriter) error // in place of everything else
	capitals bool                            // in the names of fields
	silent   bool                            // the mail never comes
	expired  bool                            // the vendor certificate
	otherCSR bool                            // somebody else's request is signed
	cipher   *contentCipher
	mail     func(text string) string // what becomes of the attachment on its way
}

// mailed is the attachment: hexadecimal digits, in lower case [C].
func (f fault) mailed(answer []byte) []byte {
	text := hex.EncodeToString(answer)
	if f.mail != nil {
		text = f.mail(text)
	}
	return []byte(text)
}

// faults are those that can be asked for, by name. A number is a status that the service answers with.
func faults() map[string]fault {
	des := tripleDES()
	return map[string]fault{
		"":      {},
		"email": {answer: refuse("email address is not registered")},
		"key":   {answer: refuse("invalid API key")},
		"reason": {answer: func(w http.ResponseWriter) error {
			return say(w, http.StatusOK, map[string]string{"result": "failure"})
		}},
		"page":     {answer: page},
		"empty":    {answer: func(http.ResponseWriter) error { return nil }},
		"endless":  {answer: endless},
		"capitals": {capitals: true},
		"silent":   {silent: true},
		"expired":  {expired: true},
		"other":    {otherCSR: true},
		"3des":     {cipher: &des},
		"newline":  {mail: func(text string) string { return text + "\r\n" }},
		"quoted":   {mail: func(text string) string { return "> " + strings.ReplaceAll(wrapped(text, "\r\n"), "\n", "\n> ") }},
		"cut":      {mail: func(text string) string { return text[:len(text)/2|1] }},
		"changed":  {mail: func(text string) string { return text[:len(text)-64] + strings.Repeat("0", 64) }},
	}
}

// faultOf finds a fault; a misspelt one would make a test pass for the wrong reason.
func faultOf(name string) (fault, error) {
	if status, err := strconv.Atoi(name); err == nil && status >= http.StatusMultipleChoices && status < 600 {
		return fault{answer: func(w http.ResponseWriter) error { w.WriteHeader(status); return nil }}, nil
	}
	f, ok := faults()[name]
	if !ok {
		return f, fmt.Errorf("there is no fault %q, but %s and statuses", name, strings.Join(slices.Sorted(maps.Keys(faults())), " "))
	}
	return f, nil
}

func refuse(reason string) func(http.ResponseWriter) error {
	return func(w http.ResponseWriter) error {
		return say(w, http.StatusOK, map[string]string{"result": "failure", "reason": reason})
	}
}

// page is what a proxy or a portal for guests answers in the place of the service.
func page(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "text/html")
	_, err := io.WriteString(w, "<!DOCTYPE html><html><body>Sign in to the network</body></html>")
	return err
}

// endless is an answer that has no end.
func endless(w http.ResponseWriter) error {
	for {
		if _, err := io.WriteString(w, strings.Repeat("x", 1<<16)); err != nil {
			return nil //nolint:nilerr // whoever called has heard enough
		}
	}
}
