package command

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/command/devices"
	"github.com/apnsctl/apnsctl/pkg/command/doctor"
	"github.com/apnsctl/apnsctl/pkg/command/inspect"
	"github.com/apnsctl/apnsctl/pkg/command/notify"
	"github.com/apnsctl/apnsctl/pkg/command/profile"
	"github.com/apnsctl/apnsctl/pkg/command/rehearse"
	"github.com/apnsctl/apnsctl/pkg/command/request"
	"github.com/apnsctl/apnsctl/pkg/command/server"
	"github.com/apnsctl/apnsctl/pkg/command/settings"
	"github.com/apnsctl/apnsctl/pkg/command/vendors"
	"github.com/apnsctl/apnsctl/pkg/command/watch"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// TestJSONFields lists the public JSON by hand once more: a field that was renamed
// breaks somebody's script, and must break this first.
func TestJSONFields(t *testing.T) {
	for _, row := range []struct {
		view   any
		fields string
	}{
		{document.Envelope{Result: 1, Error: &document.ErrorView{}}, "schema ok result error"},
		{document.ErrorView{}, "code message hint params"},
		{document.ErrorView{Refused: []document.FaultView{{}}}, "code message hint params refused"},
		{document.FaultView{}, "file profile code message hint params"},
		{problem.View{}, "code severity message hint params"},
		{settings.InitView{}, "path recipient passphrase rehearsal post_quantum short_passphrase"},
		{settings.SettingView{}, "key profile value source"},
		{settings.ConfigListView{}, "path settings"},
		{settings.ConfigPathView{}, "path"},
		{settings.ConfigSetView{}, "key profile value source changed"},
		{notify.View{}, "told due failed skipped"},
		{notify.DueView{}, "kind profile name rung days_left channel recipient"},
		{notify.ToldView{}, "kind profile name rung days_left channel recipient at"},
		{notify.FailedView{}, "kind profile name rung days_left channel recipient code"},
		{notify.SkippedView{}, "profile why"},
		{settings.RecipientView{}, "recipient kind owner"},
		{settings.RecipientsView{}, "recipients checked waiting"},
		{settings.RecipientsChangeView{}, "action changed keys recipients"},
		{settings.PassphraseView{}, "path recipient keys short_passphrase"},
		{vendors.VendorCSRView{}, "path reused subject"},
		{vendors.VendorView{}, "added organization subject serial_hex serial_dec not_before not_after days_left sha256 findings"},
		{vendors.VendorShowView{}, "identities pending"},
		{vendors.VendorSignView{}, "csr path subject vendor vendor_serial findings"},
		{request.CSRView{}, "profile created reused signed path bytes sha256 topic vendor vendor_serial recipients findings"},
		{request.PortalView{}, "url profile press apple_account vendor uid cn serial_hex serial_dec not_after portal_date days_left rows request note set_by acquired_on remarks findings"},
		{request.PortalRow{}, "profile press vendor portal_date status uid"},
		{request.ViaView{}, "profile created reused via url account topic recipients findings"},
		{request.RenewView{Import: map[string]any{"": nil}}, "profile case step steps import"},
		{request.RenewDueView{}, "profiles"},
		{request.RenewStep{}, "name state command"},
		{request.CSRFolderView{}, "requests folder index cards"},
		{request.PortalDueView{}, "cards"},
		{inspect.View{}, "path role topic subject issuer serial_hex serial_dec not_before not_after days_left sha256 key topics environments chain vendor name findings"},
		{inspect.RequestVendorView{}, "organization serial_hex not_after"},
		{report.Subject{}, "uid cn c"},
		{report.Key{}, "algorithm bits"},
		{inspect.ChainView{}, "verified anchor simulated"},
		{report.View[int]{}, "verdict exit_code items findings"},
		{watch.StatusView{}, "verdict exit_code items findings recipients"},
		{report.Verified{}, "kind profile name file role topic not_after days_left stored findings"},
		{report.Stored{}, "topic serial_hex serial_dec not_before not_after sha256"},
		{profile.ImportView{}, "action profile created file topic serial_hex not_after days_left key_added previous todo findings"},
		{profile.AnswerView{}, "action profile file path bytes sha256 topic vendor vendor_serial findings"},
		{profile.ImportsView{}, "imports refused summary exit_code dry_run"},
		{profile.ImportSummary{}, "total registered renewed unchanged keys refused"},
		{watch.VerifyManyView{}, "verdict exit_code items findings summary"},
		{watch.VerifySummary{}, "total ok warning critical"},
		{profile.DeletesView{}, "deletes"},
		{profile.ExportsView{}, "folder exports"},
		{profile.TodoView{}, "code text"},
		{report.Status{}, "kind profile name file role topic serial_hex apple_account not_after days_left state pending_days findings"},
		{report.Token{}, "kind name not_after days_left state findings"},
		{watch.TokenImportView{}, "action kind name not_after days_left state findings previous"},
		{watch.TokenEnd{}, "not_after"},
		{watch.TokenShowView{}, "tokens"},
		{watch.TokenDeleteView{}, "kind name not_after"},
		{devices.AuditView{}, "against devices silent unknown left topics findings"},
		{devices.AgainstView{}, "topic file profile"},
		{devices.TopicView{}, "topic devices profile state"},
		{devices.RecordView{}, "file line id topic state"},
		{profile.ExportView{}, "profile for path topic secret recorded findings"},
		{server.View{}, "name kind url ca_file credentials profiles can"},
		{server.AddView{}, "name kind url ca_file credentials profiles can missing"},
		{server.LinkView{}, "server profile before changed"},
		{server.ListView{}, "servers"},
		{server.ShowView{}, "profile server kind verdict exit_code same used stored findings"},
		{server.UsedView{}, "missing topic serial_hex apple_account alert not_after days_left"},
		{server.TestView{}, "name kind url ca_file credentials profiles can used tried_against"},
		{server.RemoveView{}, "server unlinked"},
		{profile.UploadView{}, "server kind sent serial_hex not_after days_left"},
		{doctor.View{}, "exit_code verdict checks"},
		{doctor.CheckView{}, "name status detail cause hint params"},
		{settings.RenameView{}, "profile former"},
		{profile.HistoryView{}, "events"},
		{profile.EventView{}, "at by action profile topic serial_hex not_after sha256 apple_account vendor vendor_serial detail"},
		{profile.DeleteView{}, "profile purged deleted"},
		{rehearse.SimulateView{}, "portal apns root_file apns_ca_file"},
		{rehearse.DemoView{}, "steps kept"},
		{rehearse.DemoStep{}, "command exit want"},
		{completionView{}, "shell script"},
		{versionView{}, "version commit date go platform"},
		{manView{}, "dir files page"},
		{helpView{}, "command summary usage commands flags description examples"},
		{wholeHelpView{}, "command summary usage commands flags description examples pages exit_codes topics codes schemas"},
		{topicView{}, "name summary text"},
		{exitCodesView{}, "exit_codes"},
		{commandView{}, "name summary"},
		{flagView{}, "name shorthand value text global file choices"},
		{exitCodeView{}, "code meaning hint"},
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
