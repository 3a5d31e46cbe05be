package lifecycle

import (
	"encoding/pem"
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// What a person damaged in the file by hand is named as such wherever it is read, and what is whole is read.
func TestBlocksDamagedByHandAreNamed(t *testing.T) {
	a := newAuthority(t)
	whole := string(a.vendor(t, 1, now.AddDate(1, 0, 0)).PEM())
	for name, row := range map[string]struct{ text, want string }{
		"whole":          {whole, ""},
		"no block":       {"hello", "state-damaged.certificate"},
		"no certificate": {string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("hello")})), "state-damaged.certificate"},
	} {
		count := 1
		if row.want != "" {
			count = 0
		}
		all, err := Vendor{Identities: []VendorIdentity{{PEM: row.text}}}.Certificates()
		if keyOf(err) != row.want || len(all) != count {
			t.Errorf("%s, of the vendor: %d certificates, %v", name, len(all), err)
		}
		leaf, err := (&Profile{Certificate: &Held{PEM: row.text}}).Leaf("a")
		if keyOf(err) != row.want || (leaf != nil) != (count == 1) {
			t.Errorf("%s, of a profile: %v, %v", name, leaf, err)
		}
	}
}

// A repeated request names the flags whose values its CSR does not have.
func TestIgnoredNamesWhatTheRequestCannotCarry(t *testing.T) {
	der, err := pushcert.NewCSR(testKeys()[1], pushcert.Subject{CommonName: "a", Country: "JP", Email: "it@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	csr := func(kind string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
	}
	made := csr("CERTIFICATE REQUEST", der)
	for name, row := range map[string]struct {
		csr     string
		o       RequestOptions
		want    []string
		problem string
	}{
		"the same":       {made, RequestOptions{Country: "jp", Email: "IT@example.com"}, nil, ""},
		"nothing wanted": {made, RequestOptions{}, nil, ""},
		"both differ":    {made, RequestOptions{Country: "DE", Email: "x@example.com"}, []string{"--country", "--email"}, ""},
		"a new key":      {made, RequestOptions{Country: "DE", NewKey: true}, nil, ""},
		"no block":       {"hello", RequestOptions{Country: "DE"}, nil, "state-damaged.csr"},
		"no CSR":         {csr("CERTIFICATE REQUEST", []byte("hello")), RequestOptions{Country: "DE"}, nil, "state-damaged.csr"},
	} {
		p := &Profile{Pending: []Pending{{CSR: "an older one"}, {CSR: row.csr}}}
		if got, err := p.Ignored(row.o); !slices.Equal(got, row.want) || keyOf(err) != row.problem {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		wanted := map[string]string{"--country": row.o.Country, "--email": row.o.Email}
		if got, err := (&Vendor{Pending: p.Pending}).Ignored(row.o.NewKey, wanted); !slices.Equal(got, row.want) || keyOf(err) != row.problem {
			t.Errorf("%s, of the vendor: %q, %v", name, got, err)
		}
	}
	var none *Profile
	if got, err := none.Ignored(RequestOptions{Country: "DE"}); len(got) > 0 || err != nil {
		t.Errorf("no profile: %q, %v", got, err)
	}
	if got, err := new(Vendor).Ignored(false, map[string]string{"--country": "DE"}); len(got) > 0 || err != nil {
		t.Errorf("no request: %q, %v", got, err)
	}
}

// A name that is not there is told apart from a file in which there are none yet.
func TestAnUnknownProfileIsNamedBesideThoseThatAre(t *testing.T) {
	_, err := (&State{}).Profile("b")
	if keyOf(err) != "profile-unknown.none" {
		t.Errorf("in an empty file: %v", err)
	}
	_, err = (&State{Profiles: map[string]*Profile{"a": {}}}).Profile("b")
	if p := problem.Of(err); p.Key() != "profile-unknown" || p.Params["profiles"] != "a" {
		t.Errorf("beside another: %v", err)
	}
	if p, err := (&State{Profiles: map[string]*Profile{"a": {}}}).Profile("a"); p == nil || err != nil {
		t.Errorf("one that is there: %v", err)
	}
}
