package state

import (
	"encoding/base64"
	"reflect"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// sound tells whether every armored block of a state is whole. A file that was cut off
// inside one is still YAML; written again, it would pass for good, and a key sealed to
// an identity that is gone could never be opened.
func sound(st *lifecycle.State) error {
	if st.Sealing.Recipient == "" || !armored(st.Sealing.Identity) && st.Sealing.UnsealedIdentity == "" {
		return incomplete("sealing")
	}
	err := eachKey(reflect.ValueOf(st), func(k *lifecycle.Key) error {
		if _, err := base64.StdEncoding.DecodeString(k.Public); err != nil || k.Public == "" || !armored(k.Sealed) {
			return incomplete("sealed")
		}
		return nil
	})
	if err != nil {
		return err
	}
	texts := map[string]string{"trust_root": st.TrustRoot}
	for _, id := range st.Vendor.Identities {
		texts["vendor"] = id.PEM
		if !armored(id.PEM) || id.Chain != "" && !armored(id.Chain) {
			return incomplete("vendor")
		}
	}
	for _, p := range st.Vendor.Pending {
		texts["vendor.pending"] += p.CSR
	}
	for name, p := range st.Profiles {
		if p.Certificate != nil && !armored(p.Certificate.PEM) {
			return incomplete("profiles." + name + ".certificate")
		}
		for _, pending := range p.Pending {
			texts["profiles."+name+".pending"] += pending.CSR
		}
	}
	for key, text := range texts {
		if text != "" && !armored(text) {
			return incomplete(key)
		}
	}
	return nil
}

// armored tells whether a text begins and ends as PEM or age armor does (RFC 7468).
func armored(text string) bool {
	text = strings.TrimSpace(text)
	end := text[strings.LastIndexByte(text, '\n')+1:]
	return strings.HasPrefix(text, "-----BEGIN ") && strings.HasPrefix(end, "-----END ") && strings.HasSuffix(end, "-----")
}

func incomplete(key string) error {
	return problem.Say(problem.StateDamaged, "incomplete", problem.Params{"key": key})
}
