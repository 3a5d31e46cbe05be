package state

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// complete tells whether every armored block of a state is whole. A file that was cut off
// inside one is still YAML; written again, it would pass for good, and a key sealed to
// an identity that is gone could never be opened.
func complete(st *lifecycle.State) error {
	if st.Sealing.Recipient == "" || !armored(st.Sealing.Identity) && st.Sealing.UnsealedIdentity == "" {
		return incomplete("sealing")
	}
	for _, b := range certificates(st) {
		if !armored(b.text) {
			return incomplete(b.key)
		}
	}
	return EachKey(st, keyComplete)
}

func keyComplete(k *lifecycle.Key) error {
	if _, err := base64.StdEncoding.DecodeString(k.Public); err != nil || k.Public == "" || !armored(k.Sealed) {
		return incomplete("sealed")
	}
	return nil
}

// completeOnWrite is the same check before a write: what is written has to open again.
func completeOnWrite(st *lifecycle.State) error {
	if err := complete(st); err != nil {
		return unfit(err)
	}
	return nil
}

// block is a PEM text that must be whole, with its place in the file.
type block struct{ key, text string }

func certificates(st *lifecycle.State) []block {
	var all []block
	if st.TrustRoot != "" {
		all = append(all, block{"trust_root", st.TrustRoot})
	}
	if st.Intermediates != "" {
		all = append(all, block{"intermediates", st.Intermediates})
	}
	for _, id := range st.Vendor.Identities {
		all = append(all, block{"vendor", id.PEM})
		if id.Chain != "" {
			all = append(all, block{"vendor", id.Chain})
		}
	}
	for _, p := range st.Vendor.Pending {
		all = append(all, block{"vendor.pending", p.CSR})
	}
	for _, name := range slices.Sorted(maps.Keys(st.Profiles)) { // in order: with several faults the same one is named each time
		p := st.Profiles[name]
		if p.Certificate != nil {
			all = append(all, block{"profiles." + name + ".certificate", p.Certificate.PEM})
		}
		for _, pending := range p.Pending {
			all = append(all, block{"profiles." + name + ".pending", pending.CSR})
			if pending.Exchange != nil {
				all = append(all, block{"profiles." + name + ".pending", pending.Exchange.Certificate})
			}
		}
	}
	return all
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
