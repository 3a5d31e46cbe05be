package pushcert

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/hex"
	"testing"
)

// certificateFiles has one file for each role of certificate.
func certificateFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	topics, err := hex.DecodeString("30660c0f636f6d2e6578616d706c652e61707030070c05746f706963" +
		"0c14636f6d2e6578616d706c652e6170702e766f697030060c04766f6970" +
		"0c1c636f6d2e6578616d706c652e6170702e636f6d706c69636174696f6e300e0c0c636f6d706c69636174696f6e")
	if err != nil {
		t.Fatal(err)
	}
	topicList := pkix.Extension{Id: []int{1, 2, 840, 113635, 100, 6, 3, 6}, Value: topics}
	app := spec{uid: "com.example.app", cn: "Apple Push Services: com.example.app", ou: "ABCDE12345", org: "Example", country: "US"}
	universal, sandbox := app, app
	universal.extensions = []pkix.Extension{sandboxMark(), productionMark(), topicList}
	sandbox.cn = "Apple Development IOS Push Services: com.example.app"
	sandbox.extensions = []pkix.Extension{sandboxMark()}
	pass := spec{uid: "pass.com.example", cn: "Pass Type ID: pass.com.example", country: "US", extensions: []pkix.Extension{productionMark(), null(1, 2, 840, 113635, 100, 6, 1, 16)}}
	web := spec{uid: "web.com.example", cn: "Website Push ID: web.com.example", country: "US", extensions: []pkix.Extension{null(1, 2, 840, 113635, 100, 6, 1, 17)}}
	mail := spec{uid: "com.apple.mail.XServer." + testUUID, cn: "APSP:" + testUUID, country: "US", extensions: []pkix.Extension{productionMark()}}
	profileManager := pushSpec()
	profileManager.uid = "com.apple.mgmt.XServer." + testUUID
	expired := pushSpec()
	expired.from, expired.to = testIssued.AddDate(-3, 0, 0), testEnd.AddDate(-3, 0, 0)
	ofEC := pushSpec()
	ofEC.public = corpusECKey(t).Public()
	appOfEC := app
	appOfEC.public, appOfEC.extensions = corpusECKey(t).Public(), []pkix.Extension{productionMark()}
	return corpusFiles{
		"certificate/app-push-ec.pem":      issue(t, w.wwdr, appOfEC).PEM(),
		"certificate/mdm-push.pem":         w.push.PEM(),
		"certificate/mdm-push.cer":         w.push.X509.Raw,
		"certificate/mdm-push-xserver.pem": issue(t, w.aai, profileManager).PEM(),
		"certificate/mdm-push-expired.pem": issue(t, w.aai, expired).PEM(),
		"certificate/mdm-push-ec.pem":      issue(t, w.aai, ofEC).PEM(),
		"certificate/mdm-vendor.cer":       w.vendor.X509.Raw,
		"certificate/mdm-vendor.pem":       w.vendor.PEM(),
		"certificate/app-push.pem":         issue(t, w.wwdr, universal).PEM(),
		"certificate/app-push-sandbox.cer": issue(t, w.wwdr, sandbox).X509.Raw,
		"certificate/pass-push.pem":        issue(t, w.wwdr, pass).PEM(),
		"certificate/website-push.pem":     issue(t, w.wwdr, web).PEM(),
		"certificate/server-push.pem":      issue(t, w.aai, mail).PEM(),
		"certificate/ca-root.pem":          w.root.PEM(),
		"certificate/ca-intermediate.cer":  w.wwdr.X509.Raw,
		"certificate/web-server.pem":       issue(t, w.root, spec{cn: "www.example.com", country: "US"}).PEM(),
		"certificate/two-in-der.cer":       append(bytes.Clone(w.push.X509.Raw), w.aai.X509.Raw...),
		"certificate/truncated.cer":        w.push.X509.Raw[:700],
		"certificate/trailing.cer":         append(bytes.Clone(w.push.X509.Raw), "and more"...),
		"certificate/final-newline.cer":    append(bytes.Clone(w.push.X509.Raw), '\n'),
		"certificate/broken-inside.cer":    breakInside(w.push.X509.Raw),
	}
}

// breakInside spoils the first object identifier and leaves all lengths alone.
func breakInside(der []byte) []byte {
	broken := bytes.Clone(der)
	at := bytes.IndexByte(broken, 0x06)
	broken[at] = 0x1F
	return broken
}
