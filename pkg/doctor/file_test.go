package doctor

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

func TestConfigFile(t *testing.T) {
	s := &lifecycle.State{}
	before := []state.Access{{Of: state.AccessFile, Path: "/c"}, {Of: state.AccessBackup, Path: "/c.bak"}}
	wantCheck(t, Config{Path: "/c", State: s, Access: before}.check(), "ok config-file.path config-file.profiles config-file.backup", 0)
	s.TrustRoot = "x"
	wantCheck(t, Config{Path: "/c", State: s}.check(), "ok config-file.path config-file.profiles config-file.rehearsal config-file.no-backup", 0)
	params := problem.Params{"path": "/c", "version": "9", "supported": "1", "line": "3"}
	damaged := problem.Say(problem.StateDamaged, "syntax", params)
	for _, row := range []struct {
		err   *problem.Error
		whole bool
		named bool
		want  string
		exit  problem.Exit
	}{
		{problem.New(problem.NotInitialised, params), false, false, "skipped config-file.none !config-file.none", 0},
		{problem.New(problem.NotInitialised, params), false, true, "warning config-file.none !config-file.named", 0},
		{problem.New(problem.NotInitialised, params), true, false, "critical config-file.path !usage.config-lost", 2},
		{problem.New(problem.NotInitialised, params), true, true, "critical config-file.path !usage.config-lost", 2},
		{damaged, false, true, "critical config-file.path !state-damaged.syntax", 6},
		{damaged, true, false, "critical config-file.path !state-damaged.syntax", 6},
		{problem.New(problem.StateNewer, params), true, true, "critical config-file.path !state-newer", 6},
		{problem.New(problem.StateUnreadable, params), false, true, "critical config-file.path !state-unreadable", 6},
	} {
		f := Config{Path: "/c", Err: row.err, Named: row.named, Access: before}
		if row.whole {
			f.Copy = problem.Params{"path": "/c", "place": "/c", "backup": "/c.bak", "aside": "/c.bak.1"}
		}
		c := f.check()
		wantCheck(t, c, row.want, row.exit)
	}
}

func TestPermissions(t *testing.T) {
	if !state.ModesCount() {
		wantCheck(t, permissionCheck(nil, true, quote), "skipped permissions.windows", 0)
		return
	}
	file := func(mode fs.FileMode) state.Access {
		return state.Access{Of: state.AccessFile, Path: "/a b", Mode: mode}
	}
	folder := func(mode fs.FileMode) state.Access {
		return state.Access{Of: state.AccessFolder, Path: "/f", Mode: mode | fs.ModeDir}
	}
	backup := state.Access{Of: state.AccessBackup, Path: "/b", Mode: 0o644}
	others := file(0o600)
	others.Stranger = "1001"
	const f, b, d = " permissions.file", " permissions.backup", " permissions.folder"
	for _, row := range []struct {
		name     string
		access   []state.Access
		unsealed bool
		want     string
		exit     problem.Exit
	}{
		{"no file", nil, false, "skipped permissions.none", 0},
		{"as written", []state.Access{file(0o600), folder(0o700)}, true, "ok" + f + d, 0},
		{"narrower", []state.Access{file(0o400)}, true, "ok" + f, 0},
		{"others read what is sealed", []state.Access{file(0o644)}, false, "warning" + f + " !permissions.wide", 0},
		{"others read what is not", []state.Access{file(0o604)}, true, "critical" + f + " !permissions.unsealed", 6},
		{"a program of one's own", []state.Access{file(0o700)}, true, "warning" + f + " !permissions.wide", 0},
		{"the backup", []state.Access{file(0o600), backup}, true, "critical" + f + b + " !permissions.unsealed", 6},
		{"another's", []state.Access{others}, false, "warning" + f + " !permissions.owner", 0},
		{"a folder for all", []state.Access{file(0o600), folder(0o777)}, false, "warning" + f + d + " !permissions.folder", 0},
		{"a folder for a group", []state.Access{folder(0o770)}, true, "warning" + d + " !permissions.folder", 0},
		{"a folder that all may read", []state.Access{folder(0o755)}, true, "ok" + d, 0},
		{"the system's folder for such", []state.Access{folder(0o777 | fs.ModeSticky)}, true, "ok" + d, 0},
		{"all at once", []state.Access{file(0o644), folder(0o777)}, true, "critical" + f + d + " !permissions.unsealed !permissions.folder", 6},
	} {
		t.Run(row.name, func(t *testing.T) { wantCheck(t, permissionCheck(row.access, row.unsealed, quote), row.want, row.exit) })
	}
	c := permissionCheck([]state.Access{file(0o644)}, false, quote)
	if _, _, got := said(english(), c); !strings.HasSuffix(got, "\n  chmod 600 '/a b'") {
		t.Errorf("the command is not ready to be copied: %s", got)
	}
}

func TestKeys(t *testing.T) {
	key := func(public string) lifecycle.Key { return lifecycle.Key{Public: public} }
	other := problem.Say(problem.KeyMismatch, "stored", problem.Params{"profile": "a"})
	good := keyPair{owner: "a", key: key("1"), public: "1", other: other}
	for _, row := range []struct {
		name  string
		pairs []keyPair
		want  string
	}{
		{"each with its own", []keyPair{good, good}, "ok key-pair.compared"},
		{"another's certificate", []keyPair{good, {owner: "a", key: key("1"), public: "2", other: other}}, "critical key-pair.compared !key-mismatch.stored"},
		{"another's request", []keyPair{{owner: "a", key: key("1"), public: "2"}}, "critical key-pair.compared !key-pair.request"},
		{
			"no certificate at all",
			[]keyPair{{owner: "a", broken: problem.Say(problem.StateDamaged, "certificate", problem.Params{"owner": "a"})}},
			"critical key-pair.compared !state-damaged.certificate",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCheck(checkKeyPair)
			c.compare(row.pairs)
			exit := problem.ExitOK
			if c.Status == Critical {
				exit = problem.ExitState
			}
			wantCheck(t, c, row.want, exit)
		})
	}
	t.Run("a thousand wrong ones are told in short", func(t *testing.T) {
		c := newCheck(checkKeyPair)
		c.compare(slices.Repeat([]keyPair{{owner: "a", public: "2"}}, 1000))
		if len(c.Causes) != maxFaults {
			t.Errorf("%d causes", len(c.Causes))
		}
	})
	for name, row := range map[string]struct {
		err  error
		want string
		exit problem.Exit
	}{
		"all open":          {nil, "ok key-pair.opened", 0},
		"tampered with":     {problem.New(problem.KeyTampered, nil), "critical key-pair.opened !key-tampered !key-tampered", 6},
		"a wrong identity":  {problem.Say(problem.PassphraseWrong, "identity", nil), "critical key-pair.opened !passphrase-wrong.identity", 6},
		"a key that is cut": {problem.Say(problem.StateDamaged, "sealed-key", nil), "critical key-pair.opened !state-damaged.sealed-key !state-damaged.sealed-key", 6},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCheck(checkKeyPair)
			c.openAll([]keyPair{good, good}, func(lifecycle.Key) error { return row.err })
			wantCheck(t, c, row.want, row.exit)
		})
	}
}
