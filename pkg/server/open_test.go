package server

import (
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestEveryKindCanBeOpenedByEachOfItsWays(t *testing.T) {
	for _, k := range Kinds() {
		offers := k.Offers()
		if len(offers.Ways) == 0 || !slices.Equal(offers.Ways[0][:1], offers.Credentials[:1]) || !offers.Read {
			t.Errorf("%s: %+v", k, offers)
		}
		if offers.HoldsKey != offers.Request || offers.NeedsKey && !offers.Upload {
			t.Errorf("%s contradicts itself: %+v", k, offers)
		}
		for _, way := range offers.Ways {
			given := map[string]string{}
			for _, name := range way {
				given[name] = "value\n"
			}
			a := Access{Kind: k, URL: "https://mdm.example.com", Credentials: given, Topic: "com.apple.mgmt.x"}
			if _, err := Open(a, Options{}); err != nil {
				t.Errorf("%s by %v: %v", k, way, err)
			}
			delete(given, way[len(way)-1])
			if _, err := Open(a, Options{}); err == nil || problem.Of(err).Key() != "usage.server-credential" || problem.Of(err).Params["credential"] != way[len(way)-1] {
				t.Errorf("%s without %s: %v", k, way[len(way)-1], err)
			}
		}
	}
}

func TestAccessThatCannotBeRight(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Access)
		want   string
	}{
		"another kind":          {func(a *Access) { a.Kind = "mosyle" }, "usage.server-kind"},
		"no kind":               {func(a *Access) { a.Kind = "" }, "usage.server-kind"},
		"no address":            {func(a *Access) { a.URL = "" }, "usage.server-url"},
		"not encrypted":         {func(a *Access) { a.URL = "http://mdm.example.com" }, "usage.server-insecure"},
		"a name like loopback":  {func(a *Access) { a.URL = "http://127.0.0.1.example.com" }, "usage.server-insecure"},
		"another network":       {func(a *Access) { a.URL = "http://10.0.0.1" }, "usage.server-insecure"},
		"no scheme":             {func(a *Access) { a.URL = "mdm.example.com" }, "usage.server-url"},
		"another scheme":        {func(a *Access) { a.URL = "ftp://mdm.example.com" }, "usage.server-url"},
		"a password in it":      {func(a *Access) { a.URL = "https://me:hunter2@mdm.example.com" }, "usage.server-url"},
		"a broken one with one": {func(a *Access) { a.URL = "https://me:hunter2@mdm example" }, "usage.server-url"},
		"a question in it":      {func(a *Access) { a.URL = "https://mdm.example.com/?token=hunter2" }, "usage.server-url"},
		"an unknown credential": {func(a *Access) { a.Credentials["password"] = "hunter2" }, "usage.server-credential.unknown"},
		"two lines":             {func(a *Access) { a.Credentials["token"] = "hunter2\r\nX-Evil: 1" }, "usage.server-credential-broken"},
		"this machine":          {func(a *Access) { a.URL = "http://localhost:9000" }, ""},
		"by address":            {func(a *Access) { a.URL = "http://[::1]:9000/" }, ""},
		"below it":              {func(a *Access) { a.URL = "http://mdm.localhost:9000/" }, ""},
		"encrypted":             {func(*Access) {}, ""},
	} {
		a := Access{Kind: NanoMDM, URL: "https://mdm.example.com", Credentials: map[string]string{"token": "hunter2"}, Topic: "com.apple.mgmt.x"}
		c.change(&a)
		s, err := Open(a, Options{})
		if (c.want == "") != (err == nil) || (s == nil) != (err != nil) {
			t.Errorf("%s: %v, %v", name, s, err)
		}
		if err != nil && (problem.Of(err).Key() != c.want || problem.Of(err).Code.Exit() != problem.ExitUsage || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
