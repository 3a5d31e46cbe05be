package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// plain are words that are their keys.
type plain struct{ keys }

func (plain) T(key string, _ problem.Params) string { return key }

func (plain) Clean(text string) string { return text }

func (plain) Lang() string { return "en" }

// A profile has its bare name; nothing that is called like it takes its label.
func TestNoTwoValuesHaveOneLabel(t *testing.T) {
	push := func(name string) Row { return Row{Item: lifecycle.Item{Kind: lifecycle.KindPush, Profile: name}} }
	server := func(name, profile string) Row {
		return Row{Item: lifecycle.Item{Kind: lifecycle.KindServer, Profile: profile, Server: name}}
	}
	vendor := Row{Item: lifecycle.Item{Kind: lifecycle.KindVendor}}
	token := Row{Item: lifecycle.Item{Kind: lifecycle.KindContentToken, Token: &lifecycle.Token{Name: "Org A"}}}
	for name, c := range map[string]struct {
		rows []Row
		want []string
	}{
		"each its own":             {[]Row{push("acme"), server("acme", "acme"), vendor, token}, []string{"acme", "server acme", "vendor", "content-token Org A"}},
		"called like a kind":       {[]Row{vendor, token, push("vendor"), push("content-token Org A")}, []string{"vendor vendor", "content-token content-token Org A", "vendor", "content-token Org A"}},
		"one server of several":    {[]Row{server("s", "b"), server("s", "a"), push("server s (a)")}, []string{"server s (b)", "server server s (a)", "server s (a)"}},
		"what may not stand there": {[]Row{push("a=b"), push("a_b"), push("a|b"), push("a/b")}, []string{"push a_b", "a_b", "push a/b", "a/b"}},
	} {
		t.Run(name, func(t *testing.T) {
			names, got := Sheet{All: c.rows, Words: plain{}}.valueNames(), []string(nil)
			for _, r := range c.rows {
				got = append(got, names[r.identity()])
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
