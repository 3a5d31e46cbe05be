package cli

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestJSONFields lists the public JSON by hand once more: a field that was renamed
// breaks somebody's script, and must break this first.
func TestJSONFields(t *testing.T) {
	for _, row := range []struct {
		view   any
		fields string
	}{
		{document{Result: 1, Error: &errorView{}}, "schema ok result error"},
		{errorView{}, "code message hint params"},
		{findingView{}, "code severity message hint params"},
		{initView{}, "path recipient passphrase rehearsal"},
		{vendorCSRView{}, "path reused subject"},
		{vendorView{}, "added organization subject serial_hex serial_dec not_before not_after days_left sha256 findings"},
		{vendorShowView{}, "identities pending"},
		{vendorSignView{}, "csr path subject vendor vendor_serial findings"},
		{csrView{}, "profile created reused signed path bytes sha256 topic vendor vendor_serial findings"},
		{portalView{}, "url profile press apple_account vendor uid cn serial_hex serial_dec not_after portal_date days_left request note findings"},
		{inspectView{}, "path role topic subject issuer serial_hex serial_dec not_before not_after days_left sha256 key topics environments chain vendor name findings"},
		{requestVendorView{}, "organization serial_hex not_after"},
		{subjectView{}, "uid cn c"},
		{keyView{}, "algorithm bits"},
		{chainView{}, "verified anchor simulated"},
		{verifyView{}, "verdict exit_code items findings"},
		{verifyItem{}, "kind profile name file role topic not_after days_left stored findings"},
		{storedView{}, "topic serial_hex serial_dec not_before not_after sha256"},
		{importView{}, "action profile created file topic serial_hex not_after days_left previous todo findings"},
		{todoView{}, "code text"},
		{statusView{}, "items findings"},
		{statusItem{}, "kind profile name topic not_after days_left state pending_days apple_account serial_hex findings"},
		{tokenView{}, "kind name not_after days_left state findings"},
		{tokenImportView{}, "action kind name not_after days_left state findings previous"},
		{tokenEnd{}, "not_after"},
		{tokenShowView{}, "tokens"},
		{tokenDeleteView{}, "kind name not_after"},
		{auditView{}, "against devices silent unknown left topics findings"},
		{againstView{}, "topic file profile"},
		{topicView{}, "topic devices profile state"},
		{recordView{}, "file line id topic state"},
		{exportView{}, "profile for path topic secret"},
		{doctorView{}, "exit_code verdict checks"},
		{checkView{}, "name status detail cause mend params"},
		{deleteView{}, "profile purged deleted"},
		{simulateView{}, "portal apns root_file apns_ca_file"},
		{demoView{}, "steps kept"},
		{demoStep{}, "command exit want"},
		{completionView{}, "shell script"},
		{versionView{}, "version commit date go platform"},
		{helpView{}, "command summary usage commands flags"},
		{commandView{}, "name summary"},
		{flagView{}, "name shorthand value text global"},
		{exitCodeView{}, "code meaning next"},
	} {
		data, err := json.Marshal(row.view)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(data, &object); err != nil {
			t.Fatal(err)
		}
		want := slices.Sorted(strings.FieldsSeq(row.fields))
		if got := slices.Sorted(maps.Keys(object)); !slices.Equal(got, want) {
			t.Errorf("%T has the fields %v, want %v", row.view, got, want)
		}
	}
}
