package main

import (
	"os"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apnsctl/apnsctl/pkg/simulator/server"
)

// startServer starts a stand-in for an MDM server of a kind, whose vendor is that of the script's
// simulator. Where it is stands in $MDM, and each of its credentials in NAME.secret. A second one
// takes the place of the first.
func (w *world) startServer(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 1, "mdm KIND")
	s := stateOf(ts)
	o := server.Options{Secret: mdmSecret, NewKey: ready(readyKeys(), s.taken), Now: func() time.Time { return *s.now.Load() }}
	if s.sim != nil {
		o.Sign = s.sim.SignRequest
	}
	at, err := server.Start(w.serving, args[0], "", o)
	ts.Check(err)
	ts.Setenv("MDM", at.URL())
	for name, value := range at.Credentials() {
		ts.Check(os.WriteFile(ts.MkAbs(name+".secret"), []byte(value), 0o600))
	}
}

// mdmSecret opens the stand-ins of scripts. It must come out nowhere.
const mdmSecret = "salmon-kipper-herring"

// callServer is [callPortal] for the paths of the stand-in by which a test looks into it.
func callServer(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 3 && len(args) <= 4, "served STATUS METHOD PATH [BODY-FILE]")
	var body []byte
	if len(args) == 4 {
		body = []byte(ts.ReadFile(args[3]))
	}
	status, answer, err := call(args[1], ts.Getenv("MDM")+"/simulator/"+args[2], body)
	ts.Check(err)
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("%s %s: status %d, want %s: %s", args[1], args[2], status, args[0], answer)
	}
	ts.Check(os.WriteFile(ts.MkAbs("served.json"), answer, 0o600))
	_, err = ts.Stdout().Write(answer)
	ts.Check(err)
}
