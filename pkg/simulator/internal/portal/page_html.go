package portal

import (
	_ "embed"
	"fmt"
	"html"
	"net/url"
	"strings"
)

// pageHead is how the page begins. It is complete in itself: no script, no style or picture from elsewhere.
//
//go:embed page.html
var pageHead string

// markup is HTML under way; every text goes through put.
//
// It is no template: a program with one is linked with every method of every type, for a template
// may call them by name. That made this program a fifth larger and slower to start.
type markup struct{ strings.Builder }

// put writes HTML with texts for its verbs, which have to be %s.
func (m *markup) put(format string, texts ...string) {
	escaped := make([]any, len(texts))
	for i, text := range texts {
		escaped[i] = html.EscapeString(text)
	}
	fmt.Fprintf(m, format, escaped...)
}

// html is the whole page.
func (v pageView) html() string {
	var m markup
	m.WriteString(pageHead)
	m.put(`<header>
  <h1>Push Certificates Portal</h1>
  <form method="get" action="/">
    <label>Account <input name="account" value="%s"></label>
    <button>Switch</button>
  </form>
</header>
`, v.Account)
	query := "?account=" + url.QueryEscape(v.Account)
	m.outcome(v, query)
	open := ""
	if len(v.Certificates) == 0 {
		open = " open"
	}
	m.put(`<details%s>
  <summary>Create a Certificate</summary>
  <p class="aside">For a server that never had one. A new certificate has a new topic: devices that are
    enrolled already do not hear it. For those, use Renew.</p>
`, open)
	m.upload("/page/create"+query, "")
	m.put("</details>\n<h2>Certificates for Third-Party Servers</h2>\n")
	if len(v.Certificates) == 0 {
		m.put("<p>This account has no certificates.</p>\n")
	} else {
		m.put(`<table>
<thead><tr><th>Service</th><th>Vendor</th><th>Expiration Date</th><th>Status</th><th>Actions</th></tr></thead>
<tbody>
`)
		for _, r := range v.Certificates {
			m.row(r, query)
		}
		m.put("</tbody>\n</table>\n")
	}
	m.put("</main>\n</body>\n</html>\n")
	return m.String()
}

// outcome is what became of the form that led here.
func (m *markup) outcome(v pageView, query string) {
	if f := v.Failure; f != nil {
		m.put(`<div class="failed" role="alert"><strong>%s</strong><br>%s`, f.Message, f.Text)
		if f.Reason != "" {
			m.put(`<br><span class="aside">What Apple does not say: %s</span>`, f.Reason)
		}
		m.put("</div>\n")
	}
	if r := v.Issued; r != nil {
		m.put(`<div class="done" role="status"><strong>Confirmation</strong><br>
  You have a new push certificate, expiring %s.<br>
  <dl><dt>UID</dt><dd>%s</dd><dt>Serial number</dt><dd>%s</dd></dl>
  <a class="button" href="%s">Download</a></div>
`, r.Expires, r.UID, r.Serial, "/certificates/"+r.Serial+query)
	}
}

// upload is the form that sends a request.
func (m *markup) upload(action, notes string) {
	m.put(`  <form method="post" enctype="multipart/form-data" action="%s">
    <label>Certificate signing request <input type="file" name="request" required></label>
    <label>Notes <input name="notes" value="%s"></label>
    <button>Upload</button>
  </form>
`, action, notes)
}

// row is a certificate in the list.
func (m *markup) row(r pageRow, query string) {
	m.put(`<tr>
  <td>%s
    <details><summary>Details</summary>
      <dl><dt>UID</dt><dd>%s</dd><dt>CN</dt><dd>%s</dd><dt>Serial number</dt><dd>%s</dd>
        <dt>Created</dt><dd>%s</dd>`, r.Service, r.UID, r.CN, r.Serial, r.Created)
	if r.Notes != "" {
		m.put("<dt>Notes</dt><dd>%s</dd>", r.Notes)
	}
	for _, serial := range r.Earlier {
		m.put("<dt>Earlier</dt><dd>%s</dd>", serial)
	}
	m.put(`</dl>
    </details></td>
  <td>%s</td>
  <td>%s</td>
  <td class="%s">%s</td>
  <td>
    <a class="button" href="%s">Download</a>
`, r.Vendor, r.Expires, r.Status, r.Status, "/certificates/"+r.Serial+query)
	if r.Status != "revoked" {
		m.put("<details><summary>Renew</summary>\n")
		m.upload("/page/renew/"+r.Serial+query, r.Notes)
		m.put(`</details>
<details><summary>Revoke</summary>
  <form method="post" action="%s">
    <span class="aside">No device can be reached with it ever again.</span>
    <button class="danger">Revoke</button>
  </form>
</details>
`, "/page/revoke/"+r.Serial+query)
	}
	m.put("  </td>\n</tr>\n")
}
