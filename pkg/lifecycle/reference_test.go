package lifecycle

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// What a file gives to compare with, and what is said of one that gives nothing.
func TestReferenceOf(t *testing.T) {
	a := newAuthority(t)
	read := func(data []byte) *pushcert.File {
		f, err := pushcert.Read("", data, nil)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	push := a.issue(t, 1, topicA, now.AddDate(1, 0, 0))
	der, err := pushcert.NewCSR(testKeys()[2], pushcert.Subject{CommonName: "a"})
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		file              *pushcert.File
		topic, key, wrong string
	}{
		"a push certificate": {read(push.PEM()), topicA, "", ""},
		"a vendor's":         {read(a.vendor(t, 1, nextDay).PEM()), "", "", "wrong-role.against"},
		"a CSR":              {read(der), "", sealed(t, 2).Public, ""},
		"a bare topic":       {&pushcert.File{Topic: topicB}, topicB, "", ""},
		"nothing":            {&pushcert.File{}, "", "", "wrong-role.against"},
	} {
		r, err := ReferenceOf(row.file, "f")
		if r.Topic != row.topic || r.PublicKey != row.key || keyOf(err) != row.wrong || r.File != "f" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// A file is checked as what it is; which kinds nobody has to watch is said.
func TestFileItemAndUnwatched(t *testing.T) {
	a := newAuthority(t)
	f, err := pushcert.Read("", a.issue(t, 1, topicA, nextDay).PEM(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if i := FileItem(f, a.terms()); i.Kind != KindPush || i.Topic() != topicA || len(i.Findings) == 0 {
		t.Errorf("got %+v", i)
	}
	for role, want := range map[pushcert.Role]string{
		pushcert.RoleMDMPush: "", pushcert.RoleADEToken: "", pushcert.RoleCSR: "wrong-role.unwatched", pushcert.RoleUnknown: "file-unrecognised.certificate",
	} {
		found, unwatched := Unwatched(role)
		if unwatched != (want != "") || unwatched && keyOf(found.Err()) != want {
			t.Errorf("%s: %v, %v", role, found, unwatched)
		}
	}
}
