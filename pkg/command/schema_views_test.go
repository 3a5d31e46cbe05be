package command

import (
	"github.com/apnsctl/apnsctl/pkg/command/devices"
	"github.com/apnsctl/apnsctl/pkg/command/doctor"
	"github.com/apnsctl/apnsctl/pkg/command/inspect"
	"github.com/apnsctl/apnsctl/pkg/command/notify"
	"github.com/apnsctl/apnsctl/pkg/command/profile"
	"github.com/apnsctl/apnsctl/pkg/command/push"
	"github.com/apnsctl/apnsctl/pkg/command/rehearse"
	"github.com/apnsctl/apnsctl/pkg/command/request"
	"github.com/apnsctl/apnsctl/pkg/command/server"
	"github.com/apnsctl/apnsctl/pkg/command/settings"
	"github.com/apnsctl/apnsctl/pkg/command/vendors"
	"github.com/apnsctl/apnsctl/pkg/command/watch"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// results are the views that each command may answer with in JSON.
func results() map[string][]any {
	return map[string][]any{
		"completion":               {completionView{}},
		"csr":                      {request.CSRView{}, request.DueView{}, request.CSRFolderView{}, request.ViaView{}},
		"config get":               {settings.SettingView{}},
		"config list":              {settings.ConfigListView{}},
		"config path":              {settings.ConfigPathView{}},
		"config set":               {settings.ConfigSetView{}},
		"config unset":             {settings.ConfigSetView{}},
		"config passphrase":        {settings.PassphraseView{}},
		"config profiles rename":   {settings.RenameView{}},
		"config recipients list":   {settings.RecipientsView{}},
		"config recipients add":    {settings.RecipientsChangeView{}},
		"config recipients remove": {settings.RecipientsChangeView{}},
		"history":                  {profile.HistoryView{}},
		"notify":                   {notify.View{}},
		"renew":                    {request.RenewView{}, request.RenewDueView{}},
		"rollback":                 {profile.ImportView{}},
		"delete":                   {profile.DeleteView{}, profile.DeletesView{}},
		"demo":                     {rehearse.DemoView{}},
		"devices audit":            {auditResult{}},
		"doctor":                   {doctor.View{}},
		"server add":               {server.AddView{}},
		"server link":              {server.LinkView{}},
		"server list":              {server.ListView{}},
		"server show":              {server.ShowView{}},
		"server test":              {server.TestView{}},
		"server remove":            {server.RemoveView{}},
		"export":                   {profile.ExportView{}, profile.ExportsView{}},
		"help":                     {helpView{}, wholeHelpView{}, topicView{}, exitCodesView{}},
		"import":                   {profile.ImportView{}, profile.ImportsView{}, profile.AnswerView{}},
		"init":                     {settings.InitView{}},
		"inspect":                  {inspectResult{}},
		"man":                      {manView{}},
		"memo":                     {profile.MemoView{}},
		"portal":                   {request.PortalView{}, request.PortalDueView{}},
		"push":                     {pushResult{}, push.RehearsalView{}},
		"simulate":                 {rehearse.SimulateView{}},
		"status":                   {watch.StatusView{}},
		"token delete":             {watch.TokenDeleteView{}},
		"token import":             {watch.TokenImportView{}},
		"token show":               {watch.TokenShowView{}},
		"vendor csr":               {vendors.VendorCSRView{}},
		"vendor import":            {vendors.VendorView{}},
		"vendor show":              {vendors.VendorShowView{}},
		"vendor sign":              {vendors.VendorSignView{}, vendors.VendorSignedView{}},
		"verify":                   {report.View[report.Verified]{}, watch.VerifyManyView{}},
		"version":                  {versionView{}},
	}
}

// What is written element by element is put together here.
type (
	auditResult struct {
		devices.AuditView

		Records []devices.RecordView `json:"records"`
	}
	inspectResult struct {
		Files []inspect.View `json:"files"`
	}
	pushResult struct {
		push.View

		NotAccepted []pushLine `json:"not_accepted"`
	}
	// pushLine is what package journal writes without reflection, for it is written a million times.
	pushLine struct {
		Position  int64   `json:"position"`
		Token     string  `json:"token"`
		APNsID    string  `json:"apns_id"`
		Status    int     `json:"status"`
		Reason    string  `json:"reason"`
		Timestamp *string `json:"timestamp"`
		Attempts  int     `json:"attempts"`
		Class     string  `json:"class"`
	}
)
