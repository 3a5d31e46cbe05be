package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestFailures is what becomes of the config file and of keys when something goes wrong that
// no command can help. The folders are made once.
func TestFailures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, fixture := range []string{"initialised", "vendor", "pending", "several"} {
		w.write(fixture+"/token.json", sampleFile(t, "token/content.json"))
		w.write(fixture+"/new.secret", []byte("long enough for anybody\n"))
	}
	hook := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(out, `{"result":"success"}`) // as mdmcert.download does; a webhook need not say anything
	}))
	t.Cleanup(hook.Close)
	w.hook = hook.URL
	t.Run("trouble", func(t *testing.T) { tryInTrouble(t, w) })
	t.Run("umask", func(t *testing.T) { writeUnderUmasks(t, w) })
	t.Run("limit", func(t *testing.T) { writeWithinALimit(t, w) })
	t.Run("read-only", func(t *testing.T) { writeReadOnly(t, w) })
	t.Run("secrets of processes", func(t *testing.T) { secretsOfProcesses(t, w) })
	t.Run("at once", func(t *testing.T) { writeAtOnce(t, w) })
	t.Run("result lost", func(t *testing.T) { loseResults(t, w) })
	t.Run("killed", func(t *testing.T) { killWriters(t, w) })
}
