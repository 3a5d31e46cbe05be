package lifecycle

import "testing"

// A vendor certificate that stood beside another's key gets its own, once; the other is kept.
func TestAVendorCertificateGetsItsOwnKey(t *testing.T) {
	a := newAuthority(t)
	c := a.vendor(t, 1, now.AddDate(1, 0, 0))
	v := Vendor{Identities: []VendorIdentity{{PEM: string(c.PEM()), Key: sealed(t, 2)}}}
	in := VendorImport{Certificate: c, Key: new(sealed(t, 1))}
	for i, want := range []bool{true, false} {
		if added, _, err := v.Import(in, a.terms()); err != nil || added != want {
			t.Errorf("import %d: added %v, %v", i, added, err)
		}
	}
	if len(v.Identities) != 1 || v.Identities[0].Key.Public != c.PublicKey() || len(v.Keys) != 1 || v.Keys[0].Public != sealed(t, 2).Public {
		t.Errorf("the vendor has %+v", v)
	}
}
