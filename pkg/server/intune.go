package server

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"golang.org/x/oauth2/clientcredentials"
)

// intune is Microsoft Intune by Microsoft Graph. Documented for v1.0 as JSON with the certificate as
// text; that the text is PEM is known from one trace of the portal.
type intune struct{ basis }

const intunePath = "deviceManagement/applePushNotificationCertificate"

func openIntune(d *door, a Access) Server {
	d.none = func(a answer) bool {
		var said struct{ Error struct{ Code string } }
		return a.status == http.StatusNotFound && json.Unmarshal(trimmed(a.body), &said) == nil && said.Error.Code == "ResourceNotFound"
	}
	if value := a.Credentials[token]; value != "" {
		d.bearer(value)
		return intune{basis{d}}
	}
	d.grant(clientcredentials.Config{
		ClientID: a.Credentials[clientID], ClientSecret: a.Credentials[clientSecret],
		TokenURL: entra(d.base) + "/" + url.PathEscape(a.Credentials[tenant]) + "/oauth2/v2.0/token",
		Scopes:   []string{d.base.Scheme + "://" + d.base.Host + "/.default"},
	})
	return intune{basis{d}}
}

// entra is where a Graph's tokens come from. A Graph that is none of Microsoft's gives them itself,
// as on this machine.
func entra(graph *url.URL) string {
	logins := map[string]string{
		"graph.microsoft.com":             "https://login.microsoftonline.com",
		"graph.microsoft.us":              "https://login.microsoftonline.us",
		"dod-graph.microsoft.us":          "https://login.microsoftonline.us",
		"microsoftgraph.chinacloudapi.cn": "https://login.chinacloudapi.cn",
	}
	if login := logins[graph.Hostname()]; login != "" {
		return login
	}
	return graph.Scheme + "://" + graph.Host
}

func (s intune) Read(ctx context.Context) (Held, error) {
	a, err := s.get(ctx, intunePath, nil)
	if s.isNone(a) {
		return Held{Missing: true}, nil
	}
	v, err := read[struct {
		AppleIdentifier, TopicIdentifier, ExpirationDateTime, CertificateSerialNumber string
		CertificateUploadFailureReason, Certificate                                   string
	}](s.door, a, err, "topicIdentifier", "expirationDateTime", "appleIdentifier")
	if err != nil {
		return Held{}, err
	}
	h, _ := describe(v.Certificate)
	h.Account, h.Alert = v.AppleIdentifier, s.cleaned(v.CertificateUploadFailureReason)
	h.fill(v.TopicIdentifier, serial(v.CertificateSerialNumber, false), moment(v.ExpirationDateTime))
	h.Missing = h.Topic == "" && h.SerialHex == "" && h.NotAfter.IsZero()
	return h, nil
}

func (s intune) Request(ctx context.Context) ([]byte, error) {
	return s.portalFile(ctx, intunePath+"/downloadApplePushNotificationCertificateSigningRequest")
}

func (s intune) Upload(ctx context.Context, d Delivery) error {
	document := map[string]string{"certificate": string(d.Certificate)}
	if d.Account != "" { // what is not sent stays as it is
		document["appleIdentifier"] = d.Account
	}
	_, err := s.sendJSON(ctx, http.MethodPatch, intunePath, document)
	return err
}
