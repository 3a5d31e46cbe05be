package server

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// A server that has no certificate says so in its own words. Whatever else answers in its place, as
// at a wrong address, tenant or path, is an error that names the address, and no empty server.
func TestWhatSaysThatThereIsNone(t *testing.T) {
	type answer struct {
		status int
		body   string
	}
	none := map[Kind][]answer{
		Intune: {
			{404, `{"error":{"code":"ResourceNotFound","message":"Resource not found"}}`},
			{200, `{"appleIdentifier":null,"topicIdentifier":null,"expirationDateTime":"0001-01-01T00:00:00Z"}`},
		},
		SimpleMDM: {{404, `{"errors":[{"title":"object not found"}]}`}, {200, `{"data":{"type":"push_certificate","attributes":{"apple_id":null,"expires_at":null}}}`}},
		JumpCloud: {{200, `[{"id":"1","name":"Apple MDM"}]`}},
		Fleet: {
			{400, `{"message":"Bad request","errors":[{"name":"base","reason":"MDM features aren't turned on in Fleet."}]}`},
			{400, `{"message":"macOS MDM isn't turned on. Visit https://fleetdm.com/docs/using-fleet to learn how to turn on MDM."}`},
			{200, `{"common_name":"","serial_number":"","issuer":"","renew_date":"0001-01-01T00:00:00Z"}`},
		},
		NanoMDM: {
			{500, `{"error":"open db/com.apple.mgmt.x.pem: no such file or directory"}`},
			{500, `{"error":"sql: no rows in result set"}`},
			{500, `{"error":"open db\\x.pem: The system cannot find the file specified."}`},
			{500, `{"error":"getting push cert: key not found: x"}`},
		},
		NanoHUB: {{500, `{"error":"sql: no rows in result set"}`}},
		MicroMDM: {
			{404, `{"error":"get push certificate: not found"}`},
			{200, `{"cert":null}`},
			{500, `{"error":"get push certificate: get server config for push cert: get server config from bolt: not found: ServerConfig no config found in boltdb"}`},
		},
		Zentral: {{200, `[]`}, {200, `[{"id":1,"topic":null,"certificate":null,"not_after":null}]`}, {200, `{"count":0,"next":null,"results":[]}`}},
		Meraki:  {{404, `{"errors":["No APNS certificate found"]}`}, {200, `{"certificate":null}`}, {200, `{"certificate":""}`}},
		Jamf:    {{200, `[]`}, {200, `{"totalCount":0,"results":[]}`}}, // these tell of no certificate at all
		Google:  {{200, `{}`}, {200, `{"alerts":[]}`}},
	}
	strangers := []answer{
		{404, `{"message":"Not Found"}`},
		{404, `{"error":"not found"}`},
		{404, `{"errors":["Not found"]}`},
		{404, `{"errors":[{"title":"Not Found"}]}`},
		{404, `{"error":{"code":"NotFound","message":"No HTTP resource was found"}}`},
		{404, `{}`},
		{404, `null`},
		{404, `"no certificate"`},
		{404, ``},
		{404, `<html><title>Not Found</title></html>`},
		{400, `{"message":"Bad request"}`},
		{400, `{"error":{"code":"BadRequest","message":"Resource not found for the segment 'x'."}}`},
		{500, `{"error":"not found"}`},
		{500, `{"message":"certificate"}`},
		{200, `{"status":"ok"}`},
		{200, `null`},
		{200, `{"message":"Not Found"}`},
		{200, `[{"name":"x"}]`},
		{200, `{"data":{}}`},
		{200, `{"results":[{"name":"x"}]}`},
	}
	rows := 0
	for _, kind := range Kinds() {
		ask := func(a answer) (Held, int, error) {
			rows++
			access := Access{Kind: kind, Credentials: map[string]string{token: "s3cret", organization: "42"}, Topic: "com.apple.mgmt.x"}
			d, sent := testDoor(access, a.status, a.body)
			s := kind.product().open(d, access)
			if kind == Jamf { // its login would have the same answer
				d.bearer("s3cret")
			}
			h, err := s.Read(t.Context())
			return h, *sent, err
		}
		for _, a := range none[kind] {
			h, calls, err := ask(a)
			if says := kind != Jamf && kind != Google; err != nil || h.Missing != says || h.Topic != "" || calls > 2 {
				t.Errorf("%s, %d %s: %+v, %v, after %d calls", kind, a.status, a.body, h, err, calls)
			}
		}
		for _, a := range strangers {
			if h, _, err := ask(a); err == nil {
				t.Errorf("%s takes %d %s for an empty server: %+v", kind, a.status, a.body, h)
			} else if p := problem.Of(err); a.status == 404 && p.Key() != "server-refused.nowhere" || a.status != 500 && a.status != 400 && !strings.HasPrefix(p.Params["address"], "https://mdm.example.com/") {
				t.Errorf("%s, %d %s: %s, %v", kind, a.status, a.body, p.Key(), p.Params)
			}
		}
		if len(none[kind]) == 0 {
			t.Errorf("nothing is known of %s", kind)
		}
	}
	t.Logf("%d rows", rows)
	if rows < 240 {
		t.Errorf("only %d rows", rows)
	}
	// A service that sees no MDM at all is not one that has no certificate.
	access := Access{Kind: JumpCloud, Credentials: map[string]string{token: "s3cret"}}
	d, _ := testDoor(access, 200, `[]`)
	if h, err := openJumpCloud(d, access).Read(t.Context()); err == nil || problem.Of(err).Key() != "server-refused.none" {
		t.Errorf("no MDM: %+v, %v", h, err)
	}
}
