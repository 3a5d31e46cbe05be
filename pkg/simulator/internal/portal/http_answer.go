package portal

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"unicode"
)

// statusError is a failure that is not the portal's own: a bad parameter, an unknown path.
type statusError struct {
	status int
	text   string
}

func (e statusError) Error() string { return e.text }

// BadRequest says what is wrong with a call.
func BadRequest(format string, values ...any) error {
	return statusError{http.StatusBadRequest, fmt.Sprintf(format, values...)}
}

// appleError is the JSON that Apple's page hides behind its text [C].
type appleError struct {
	ErrorCode        int    `json:"ErrorCode"`        //nolint:tagliatelle // Apple's spelling
	ErrorMessage     string `json:"ErrorMessage"`     //nolint:tagliatelle // Apple's spelling
	ErrorDescription string `json:"ErrorDescription"` //nolint:tagliatelle // Apple's spelling
}

// explain turns an error into a status and Apple's JSON. Failures that are not Apple's
// have the same shape, with the status as their code.
func explain(err error) (int, appleError) {
	if r, ok := errors.AsType[*refusal](err); ok {
		return http.StatusUnprocessableEntity, appleError{r.code, r.message, r.text}
	}
	status := http.StatusInternalServerError
	if e, ok := errors.AsType[statusError](err); ok {
		status = e.status
	} else if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		status = http.StatusRequestEntityTooLarge
	} else if errors.Is(err, errNoRow) {
		status = http.StatusNotFound
	}
	return status, appleError{status, http.StatusText(status), err.Error()}
}

// answerError writes what explain says, and for a refusal the true reason in a header.
func answerError(w http.ResponseWriter, err error) {
	if r, ok := errors.AsType[*refusal](err); ok {
		w.Header().Set("Simulator-Reason", fmt.Sprintf("%s [%s]", r.flaw, r.sure))
	}
	status, body := explain(err)
	AnswerJSON(w, status, body)
}

// AnswerJSON writes one document. A client that has gone away is nobody's failure.
func AnswerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// answerPEM writes the certificate as Apple's download: leaf only, 64 columns, no final
// newline, and named after the vendor, with a space behind the underscore [C].
func answerPEM(w http.ResponseWriter, status int, r row) {
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.DER})
	answerFile(w, status, "MDM_ "+fileName(r.Vendor)+"_Certificate.pem", "application/x-pem-file", text[:len(text)-1])
}

// answerFile writes a download.
func answerFile(w http.ResponseWriter, status int, name, contentType string, content []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.WriteHeader(status)
	_, _ = w.Write(content)
}

// fileName takes out of an organisation's name what no file name can hold.
func fileName(organization string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`/\:`, r) {
			return '_'
		}
		return r
	}, organization)
}
