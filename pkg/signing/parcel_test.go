package signing_test

import (
	"bytes"
	"testing"

	"filippo.io/age"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// movedProfile has a key at each place where a profile can have one.
func movedProfile(t *testing.T, s lifecycle.Sealing) *lifecycle.Profile {
	t.Helper()
	return &lifecycle.Profile{
		AppleAccount: "mdm@example.com", Remarks: "two campuses",
		Pending: []lifecycle.Pending{{Key: sealTo(t, s, signer(t)), CSR: "csr", CreatedAt: now}},
		Keys:    []lifecycle.Key{sealTo(t, s, signer(t)), sealTo(t, s, signer(t)), sealTo(t, s, signer(t))},
	}
}

// authority is kept in the config file that a profile comes from.
const authority = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"

func holding(p *lifecycle.Profile) *lifecycle.State {
	return &lifecycle.State{Intermediates: authority, Profiles: map[string]*lifecycle.Profile{"acme": p}}
}

// A profile that is packed here is unpacked there, with its keys, and whoever packed it keeps its own.
func TestPackAndUnpack(t *testing.T) {
	here, there := sealing(t), sealing(t)
	p := movedProfile(t, here)
	content, err := signing.Pack("acme", holding(p), unlock(t, here, passphrase), []string{there.Recipient})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(content, []byte("two campuses")) {
		t.Error("the memo stands in clear")
	}
	opens(t, unlock(t, here, passphrase), holding(p), true)
	seal, err := signing.To(there, now.AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	name, st, err := signing.Parcel{File: "f", Sealed: content, Recipient: there.Recipient}.Unpack(unlock(t, there, passphrase), seal)
	if err != nil {
		t.Fatal(err)
	}
	got := st.Profiles[name]
	if name != "acme" || st.Intermediates != authority || got.Remarks != p.Remarks || len(got.Keys) != 3 || got.Keys[1].Public != p.Keys[1].Public || got.Pending[0].Key.Public != p.Pending[0].Key.Public {
		t.Fatalf("%q, %+v (%v)", name, got, err)
	}
	if !got.Keys[0].CreatedAt.Equal(p.Keys[0].CreatedAt) {
		t.Errorf("a key of %v is dated %v", p.Keys[0].CreatedAt, got.Keys[0].CreatedAt)
	}
	opens(t, unlock(t, there, passphrase), st, true)
}

func TestPackRefuses(t *testing.T) {
	here := sealing(t)
	o := unlock(t, here, passphrase)
	_, err := signing.Pack("acme", holding(movedProfile(t, here)), o, []string{"nobody"})
	wantCode(t, err, "usage.recipient-invalid")
	_, err = signing.Pack("acme", holding(movedProfile(t, sealing(t))), o, []string{here.Recipient})
	wantCode(t, err, "key-tampered.not-sealed-to-us")
}

func TestUnpackRefuses(t *testing.T) {
	here, there := sealing(t), sealing(t)
	good, err := signing.Pack("acme", holding(movedProfile(t, here)), unlock(t, here, passphrase), []string{there.Recipient})
	if err != nil {
		t.Fatal(err)
	}
	around := func(text string) []byte {
		r, err := age.ParseX25519Recipient(there.Recipient)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		w, err := age.Encrypt(&out, r)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	with := func(keys ...lifecycle.Key) []byte {
		text, err := state.Encode(nil, &lifecycle.State{Version: lifecycle.Version, Profiles: map[string]*lifecycle.Profile{"acme": {Keys: keys}}})
		if err != nil {
			t.Fatal(err)
		}
		return around(string(text))
	}
	key := sealTo(t, there, signer(t))
	const head = "version: 1\nsealing: {recipient: x}\n"
	for name, row := range map[string]struct {
		content []byte
		want    string
	}{
		"sealed to somebody else": {func() []byte {
			content, err := signing.Pack("acme", holding(&lifecycle.Profile{}), unlock(t, here, passphrase), []string{here.Recipient})
			if err != nil {
				t.Fatal(err)
			}
			return content
		}(), "key-encrypted.moved"},
		"cut short":             {good[:len(good)-20], "file-damaged.moved"},
		"no seal":               {[]byte("hello"), "file-damaged.moved"},
		"no state":              {around("hello"), "file-damaged.moved"},
		"no profile":            {around(head), "file-damaged.moved"},
		"two profiles":          {around(head + "profiles: {a: {remarks: x}, b: {remarks: y}}\n"), "file-damaged.moved"},
		"of a newer apnsctl":    {around("version: 99\n"), "state-newer"},
		"a key that is no text": {with(lifecycle.Key{Public: key.Public, Sealed: "?", CreatedAt: now}), "file-damaged.moved"},
		"a key that is none":    {with(lifecycle.Key{Public: key.Public, Sealed: "AAAA", CreatedAt: now}), "file-damaged.moved"},
		"a key still sealed":    {with(key), "file-damaged.moved"},
	} {
		t.Run(name, func(t *testing.T) {
			seal, err := signing.To(there, now)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = signing.Parcel{File: "f", Sealed: row.content, Recipient: there.Recipient}.Unpack(unlock(t, there, passphrase), seal)
			wantCode(t, err, row.want)
		})
	}
}

// A maker's request is signed where it can be, is the same again, and says who may open its key.
func TestMaker(t *testing.T) {
	w := newWorld(t)
	vendor, err := signing.VendorOf(w.state, w.terms)
	if err != nil {
		t.Fatal(err)
	}
	by, err := vendor.Unlock(w.opener)
	if err != nil {
		t.Fatal(err)
	}
	seal, err := signing.SealFor(by, w.state.Sealing, now)
	if err != nil {
		t.Fatal(err)
	}
	m := signing.Maker{Seal: seal, Generate: w.newKey, Signer: by}
	o := lifecycle.RequestOptions{Profile: "acme", First: true, Now: now}
	first, err := m.Make(w.state, o)
	if err != nil || !first.Created || first.Reused || first.Partly || first.VendorSerial == "" || first.Unanswered() {
		t.Fatalf("%+v (%v)", first, err)
	}
	if status, answer := w.post(t, "/certificates", first.Data); status != 201 {
		t.Errorf("the portal says %d: %s", status, answer)
	}
	again, err := m.Make(w.state, o)
	if err != nil || again.Created || !again.Reused || len(w.state.Profiles["acme"].Pending) != 1 {
		t.Errorf("%+v (%v)", again, err)
	}
	planted := *w.state // whoever can write the file puts a request of their own there
	key, theirs, err := w.seal.NewKey(w.newKey, pushcert.Subject{CommonName: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	was := w.state.Profiles["acme"].Pending[0]
	planted.Profiles = map[string]*lifecycle.Profile{"acme": {Pending: []lifecycle.Pending{
		{Key: lifecycle.Key{Public: key.Public, Sealed: was.Key.Sealed}, CSR: string(theirs.PEM())},
	}}}
	if m, err := m.Make(&planted, o); problem.Of(err).Code != problem.KeyTampered {
		t.Errorf("a planted request: %+v, %v", m, err)
	}
	if m.Seal, err = signing.SealFor(nil, w.state.Sealing, now); err != nil {
		t.Fatal(err)
	}
	m.Signer = nil
	bare, err := m.Make(w.state, lifecycle.RequestOptions{Profile: "other", Now: now})
	if err != nil || bare.Vendor != "" || !bare.Unanswered() {
		t.Fatalf("%+v (%v)", bare, err)
	}
	csr, err := pushcert.Read("a.csr", bare.Data, nil)
	if err != nil || csr.Role != pushcert.RoleCSR {
		t.Errorf("unsigned it is %v (%v)", csr, err)
	}
}

func TestSameRecipient(t *testing.T) {
	const ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKJcqWjgfLflmUZ0BpVD2M3Jw8mS88nnuPRmHEglRPO0"
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{"age1x", " age1x\n", true},
		{"age1x", "age1y", false},
		{ssh + " me@here", ssh + " me@there", true},
		{ssh, ssh + " me", true},
		{ssh, ssh[:len(ssh)-1] + "1", false},
	} {
		if got := signing.SameRecipient(row.a, row.b); got != row.want {
			t.Errorf("%q, %q: %v", row.a, row.b, got)
		}
	}
}

// The work factor of the shipped program opens, and hybrid files do.
func TestTheShippedSealings(t *testing.T) {
	t.Parallel()
	hybrid, err := signing.NewHybridSealing(passphrase, 0)
	if err != nil {
		t.Fatal(err)
	}
	open, err := signing.NewHybridUnsealed()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []lifecycle.Sealing{hybrid, open} {
		st := team(t, s)
		opens(t, unlock(t, st.Sealing, passphrase), st, true)
	}
	member := hybridMember(t)
	st := team(t, hybrid, member)
	if err := keep(st, unlock(t, st.Sealing, passphrase)); err != nil {
		t.Fatal(err)
	}
	opens(t, unlock(t, st.Sealing, passphrase), st, true)
	opens(t, member.opener(t, st.Sealing), st, false)
}
