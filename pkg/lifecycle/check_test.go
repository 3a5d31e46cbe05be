package lifecycle

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// keysOf are the sentences of findings, in their order.
func keysOf(found []problem.Finding) (keys string) {
	for i, f := range found {
		if i > 0 {
			keys += " "
		}
		keys += keyOf(f.Err())
	}
	return keys
}

// Another topic than the devices listen on is said by how that one is known.
func TestCompareSaysHowATopicIsKnown(t *testing.T) {
	a := newAuthority(t)
	c := a.issue(t, 1, topicA, now.AddDate(1, 0, 0))
	for name, row := range map[string]struct {
		r    Reference
		want string
	}{
		"the same":               {Reference{Profile: "a", Topic: topicA, Source: TopicStored}, ""},
		"nothing known":          {Reference{Profile: "a"}, ""},
		"stored":                 {Reference{Profile: "a", Topic: topicB, Source: TopicStored}, "topic-mismatch"},
		"expected":               {Reference{Profile: "a", Topic: topicB, Source: TopicExpected}, "topic-mismatch.expected"},
		"former":                 {Reference{Profile: "a", Topic: topicB, Source: TopicFormer}, "topic-mismatch.former"},
		"refused":                {Reference{Profile: "a", Topic: topicB, Source: TopicRefused}, "topic-mismatch.refused"},
		"of a file":              {Reference{File: "f", Topic: topicB}, "topic-mismatch.against"},
		"back to one of before":  {Reference{Profile: "a", Topic: topicB, Earlier: []HeldTopic{{Topic: topicC, Until: now}, {Topic: topicA, Until: now}}}, "topic-mismatch.back"},
		"to one that was undone": {Reference{Profile: "a", Topic: topicB, Earlier: []HeldTopic{{Topic: topicA, Until: now, Undone: true}}}, "topic-mismatch.undone"},
		"the key of a request":   {Reference{File: "f", PublicKey: c.PublicKey()}, ""},
		"another key":            {Reference{File: "f", PublicKey: sealed(t, 2).Public}, "key-mismatch.request"},
		"the same certificate":   {Reference{Profile: "a", Topic: topicA, Certificate: c}, "same-certificate"},
		"a newer one is there":   {Reference{Profile: "a", Topic: topicA, Certificate: a.issue(t, 1, topicA, now.AddDate(1, 0, 1))}, "older-than-stored"},
		"an older one is there":  {Reference{Profile: "a", Topic: topicA, Certificate: a.issue(t, 1, topicA, now.AddDate(1, 0, -1))}, ""},
		"an other topic's newer": {Reference{Profile: "a", Topic: topicA, Certificate: a.issue(t, 1, topicB, now.AddDate(2, 0, 0))}, ""},
	} {
		if got := keysOf(Compare(c, row.r)); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

func TestCompareRow(t *testing.T) {
	s := &State{Profiles: map[string]*Profile{"a": {ExpectTopic: topicA}, "b": {ExpectTopic: topicB}, "c": {}}}
	for name, row := range map[string]struct {
		profile, known, topic string
		want, other           string
	}{
		"its own row":                {"a", topicA, topicA, "", ""},
		"another profile's":          {"a", topicA, topicB, "topic-mismatch.row-other", "b"},
		"another's, nothing known":   {"c", "", topicA, "topic-mismatch.row-other", "a"},
		"nobody's, nothing known":    {"c", "", topicC, "topic-missing.row", ""},
		"nobody's, but one is known": {"a", topicA, topicC, "topic-mismatch.row", ""},
	} {
		found := s.CompareRow(row.profile, row.known, row.topic)
		if got := keysOf(found); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
			continue
		}
		for _, f := range found {
			if f.Params["other_profile"] != row.other || f.Params["topic"] != row.topic || f.Params["stored_topic"] != row.known || f.Severity != problem.Critical {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}

// What is no push certificate is sent to where it goes.
func TestWrongKindAndFile(t *testing.T) {
	for role, want := range map[pushcert.Role]string{
		pushcert.RoleMDMVendor: "wrong-role.is-vendor", pushcert.RoleCSR: "wrong-role.is-csr", pushcert.RoleRequest: "wrong-role.is-request",
		pushcert.RolePrivateKey: "wrong-role.is-key", pushcert.RoleHTML: "wrong-role.is-page", pushcert.RoleAppPush: "wrong-role",
	} {
		if got := WrongKind(role); keyOf(got.Err()) != want || got.Params["role"] != string(role) {
			t.Errorf("%s: %+v, want %s", role, got, want)
		}
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for want, key := range map[string]any{"wrong-role.is-p8": p256, "wrong-role.is-key": testKeys()[1]} {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		f, err := pushcert.Read("key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := WrongFile(f); keyOf(got.Err()) != want {
			t.Errorf("%+v, want %s", got, want)
		}
	}
}

func TestTokenOfAndItsItem(t *testing.T) {
	end := now.AddDate(0, 0, 20)
	for name, row := range map[string]struct {
		file *pushcert.File
		want Token
		is   bool
		key  string
	}{
		"an enrollment token":                 {&pushcert.File{Role: pushcert.RoleADEToken, ADE: &pushcert.ADEToken{Server: "s", Expires: end}}, Token{Kind: KindADEToken, Name: "s", NotAfter: end}, true, "expires-soon.token.ade-token"},
		"one that tells no end":               {&pushcert.File{Role: pushcert.RoleADEToken, ADE: &pushcert.ADEToken{Encrypted: true}}, Token{Kind: KindADEToken}, true, "file-unsupported.token-date"},
		"a content token":                     {&pushcert.File{Role: pushcert.RoleContentToken, Content: &pushcert.ContentToken{Location: "l", Organization: "o", Expires: end}}, Token{Kind: KindContentToken, Name: "l", NotAfter: end}, true, "expires-soon.token.content-token"},
		"one of an organisation, not a place": {&pushcert.File{Role: pushcert.RoleContentToken, Content: &pushcert.ContentToken{Organization: "o", Expires: end}}, Token{Kind: KindContentToken, Name: "o", NotAfter: end}, true, "expires-soon.token.content-token"},
		"neither":                             {&pushcert.File{Role: pushcert.RoleCSR}, Token{}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, is := TokenOf(row.file)
			if got != row.want || is != row.is {
				t.Errorf("%+v, %v", got, is)
			}
			if !is {
				return
			}
			i := FileItem(row.file, Terms{Now: now, Policy: pushcert.DefaultPolicy(), Trust: pushcert.Apple()})
			if i.Kind != row.want.Kind || (i.Token == nil) != row.want.NotAfter.IsZero() || keysOf(i.Findings) == "" {
				t.Errorf("%+v", i)
			}
			if row.want.NotAfter.IsZero() && keysOf(i.Findings) != row.key {
				t.Errorf("found %s, want %s", keysOf(i.Findings), row.key)
			}
		})
	}
}

func TestFileItemOfAVendor(t *testing.T) {
	a := newAuthority(t)
	f, err := pushcert.Read("mdm.cer", a.vendor(t, 1, now.AddDate(1, 0, 0)).PEM(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if i := FileItem(f, a.terms()); i.Kind != KindVendor || i.Condition() != ConditionOK {
		t.Errorf("%+v", i)
	}
}

// A vendor's key is found wherever it stands, its certificate only where one was imported.
func TestVendorHasKeyAndHolds(t *testing.T) {
	a := newAuthority(t)
	s := &State{}
	importVendor(t, s, a, 1, now.AddDate(1, 0, 0))
	s.Vendor.Pending = []Pending{{Key: sealed(t, 2)}}
	s.Vendor.Keys = []Key{sealed(t, 3)}
	for key, row := range map[int]struct{ has, holds bool }{1: {true, true}, 2: {true, false}, 3: {true, false}, 4: {false, false}} {
		public := sealed(t, key).Public
		if has, holds := s.Vendor.HasKey(public), s.Vendor.Holds(public); has != row.has || holds != row.holds {
			t.Errorf("key %d: %v, %v", key, has, holds)
		}
	}
	// The key of an open request that another certificate closes stays.
	importVendor(t, s, a, 4, now.AddDate(1, 0, -1))
	if len(s.Vendor.Pending) != 0 || !s.Vendor.HasKey(sealed(t, 2).Public) || !s.Vendor.HasKey(sealed(t, 3).Public) {
		t.Errorf("%+v", s.Vendor)
	}
}

func TestASignerThatIsNotYetValid(t *testing.T) {
	a := newAuthority(t)
	v := Vendor{Identities: []VendorIdentity{
		{PEM: string(a.vendor(t, 1, now.AddDate(1, 2, 0)).PEM())}, {PEM: string(a.vendor(t, 1, now.AddDate(1, 1, 0)).PEM())},
	}}
	if _, err := v.Signer(now); keyOf(err) != "not-yet-valid.vendor" {
		t.Errorf("%v", err)
	}
	if c, err := v.current(); err != nil || !c.X509.NotAfter.Equal(now.AddDate(1, 2, 0)) {
		t.Errorf("of two the later one is watched: %v", err)
	}
	v.Identities[1].PEM = "hello"
	if _, err := v.Signer(now); keyOf(err) != "state-damaged.certificate" {
		t.Errorf("%v", err)
	}
}
