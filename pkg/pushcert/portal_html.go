package pushcert

import "bytes"

// isHTML tells a web page: what a browser saves when the portal's session has
// ended, in place of the certificate.
func isHTML(head []byte) bool {
	if !bytes.HasPrefix(head, []byte("<")) {
		return false // most files: not worth a copy in lower case
	}
	start := bytes.ToLower(head[:min(len(head), 1024)])
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return true
		}
	}
	return bytes.Contains(start, []byte("<html"))
}
