package pushcert

import (
	"crypto/ecdsa"
	"slices"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// MaxFileSize is the size in bytes above which [Read] refuses a file: the largest
// files of the process, signed profiles with pictures, stay below one megabyte.
const MaxFileSize = 16 << 20

// File is what one file turned out to be. Fields that do not belong to its role
// may be set too: a PEM file may hold a certificate, its issuers and its key.
type File struct {
	Role Role
	// Certificates has the leaf first: the one whose key is in the file, else the
	// first that is no CA. The others follow in the order of the file.
	Certificates []*Certificate
	Keys         []*Key
	CSR          *CSR
	// Request is nil for a request too damaged to read; Findings say why then.
	Request *Request
	// Topic is the topic of an enrollment profile or a TokenUpdate.
	Topic   string
	Token   *TokenUpdate
	ADE     *ADEToken
	Content *ContentToken
	// Envelope is the DER of mdmcert.download's encrypted answer (CMS EnvelopedData).
	Envelope []byte
	// Moved is the sealed content of a profile that moves (age).
	Moved []byte
	// Findings say what is unusual about the form of the file. What the content is
	// worth is for the checks to say.
	Findings []problem.Finding
}

// Leaf is the certificate that the file is about, or nil if it holds none.
func (f *File) Leaf() *Certificate {
	if len(f.Certificates) == 0 {
		return nil
	}
	return f.Certificates[0]
}

// LeafKey is the private key that belongs to the leaf, or nil if the file does
// not hold it, or only encrypted.
func (f *File) LeafKey() *Key {
	leaf := f.Leaf()
	if leaf == nil {
		return nil
	}
	public := leaf.PublicKey()
	for _, k := range f.Keys {
		if k.Signer != nil && k.PublicKey() == public {
			return k
		}
	}
	return nil
}

// GivenKey is the key that came with the leaf: its own, else the first of the file, to be refused
// with the right words. Nil where the file has none.
func (f *File) GivenKey() *Key {
	if own := f.LeafKey(); own != nil || len(f.Keys) == 0 {
		return own
	}
	return f.Keys[0]
}

// ProviderKey is the key of a file that holds nothing else, where it is of the kind that
// signs provider tokens: a .p8 from developer.apple.com has an EC key on P-256. Else nil.
func (f *File) ProviderKey() *ecdsa.PrivateKey {
	if f.Role != RolePrivateKey {
		return nil
	}
	return f.Keys[0].provider()
}

func (f *File) found(findings ...problem.Finding) { f.Findings = append(f.Findings, findings...) }

// classify decides what the collected parts make of the file.
func (f *File) classify() {
	f.leafFirst()
	f.Role = f.roleOfParts()
	f.checkKeys()
	if n := len(f.leaves()); n > 1 {
		f.found(problem.Found(problem.SeveralCertificates, problem.Warning, taken(f.Leaf(), n)))
	}
}

// taken is what is said of the leaf of several.
func taken(leaf *Certificate, of int) problem.Params {
	return problem.Params{"count": strconv.Itoa(of), "serial": leaf.SerialHex(), "not_after": problem.Time(leaf.X509.NotAfter)}
}

func (f *File) roleOfParts() Role {
	switch {
	case f.Role != "":
		return f.Role
	case len(f.Certificates) > 0:
		return f.Leaf().Role()
	case f.CSR != nil:
		return RoleCSR
	case len(f.Keys) > 0:
		return RolePrivateKey
	}
	return RoleUnknown
}

// leafFirst moves the leaf to the front, wherever it stands: the one whose key is in the
// file, because some programs write the issuers first; of several the push certificate, since
// a developer's or an older one may have the same key; of several of those the newest.
func (f *File) leafFirst() {
	if len(f.Certificates) < 2 {
		return
	}
	keys := map[string]bool{}
	for _, k := range f.Keys {
		keys[k.PublicKey()] = true // a locked key has no name, and no certificate has that
	}
	leaf, best := 0, 0
	for i, c := range f.Certificates {
		rank := leafRank(c.Role())
		if len(keys) > 0 && keys[c.PublicKey()] {
			rank += leafRank(RoleMDMPush) + 1
		}
		newer := rank == best && rank > 0 && c.X509.NotAfter.After(f.Certificates[leaf].X509.NotAfter)
		if rank > best || newer {
			leaf, best = i, rank
		}
	}
	if leaf > 0 {
		c := f.Certificates[leaf]
		f.Certificates = slices.Insert(slices.Delete(f.Certificates, leaf, leaf+1), 0, c)
	}
}

// leafRank is how likely a certificate of a role is what a file is about.
func leafRank(role Role) int {
	switch role {
	case RoleCA:
		return 0
	case RoleUnknown:
		return 1
	case RoleMDMPush:
		return 3
	}
	return 2
}

// leaves are the distinct certificates that are no CA.
func (f *File) leaves() (distinct []*Certificate) {
	seen := map[string]bool{}
	for _, c := range f.Certificates {
		if raw := string(c.X509.Raw); !c.X509.IsCA && !seen[raw] {
			seen[raw] = true
			distinct = append(distinct, c)
		}
	}
	return distinct
}

// Rivals are the distinct certificates of the leaf's role, the leaf first: a keystore or a PEM file
// may hold last year's beside this year's, or one of another topic. Nil where the leaf is none, or a CA.
func (f *File) Rivals() []*Certificate {
	return slices.DeleteFunc(f.leaves(), func(c *Certificate) bool { return c.Role() != f.Leaf().Role() })
}

// TopicsOf are the distinct topics of certificates, in their order.
func TopicsOf(certificates []*Certificate) (topics []string) {
	for _, c := range certificates {
		if topic := c.Topic(); topic != "" && !slices.Contains(topics, topic) {
			topics = append(topics, topic)
		}
	}
	return topics
}

// About is the file as it is about the newest of those of its [File.Rivals] that are meant, without
// the others; [File.Findings] say which it is. It is the file itself where it has no rivals, or none
// of them is meant.
func (f *File) About(meant func(*Certificate) bool) *File {
	rivals := f.Rivals()
	var leaf *Certificate
	for _, c := range rivals {
		if meant(c) && (leaf == nil || c.X509.NotAfter.After(leaf.X509.NotAfter)) {
			leaf = c
		}
	}
	if leaf == nil || len(rivals) < 2 {
		return f
	}
	own := *f
	others := slices.DeleteFunc(slices.Clone(f.Certificates), func(c *Certificate) bool { return !c.X509.IsCA && c.Role() == leaf.Role() })
	own.Certificates = append([]*Certificate{leaf}, others...)
	own.Findings = slices.DeleteFunc(slices.Clone(f.Findings), func(found problem.Finding) bool {
		return found.Code == problem.KeyMismatch || found.Code == problem.SeveralCertificates
	})
	own.checkKeys()
	params := taken(leaf, len(rivals))
	params["topic"] = leaf.Topic()
	own.found(problem.FoundAs(problem.SeveralCertificates, "topic", problem.Warning, params))
	return &own
}

// checkKeys says when no key of the file belongs to the leaf. One that is still
// locked might.
func (f *File) checkKeys() {
	locked := slices.ContainsFunc(f.Keys, func(k *Key) bool { return k.Signer == nil })
	if f.Leaf() != nil && len(f.Keys) > 0 && !locked && f.LeafKey() == nil {
		f.found(problem.FoundAs(problem.KeyMismatch, "file", problem.Critical, problem.Params{"subject": f.Leaf().Subject()}))
	}
}

// RequestedKey is the public key that a request or CSR asks a certificate for, as
// [Certificate.PublicKey] writes it; empty for a file that asks for none.
func (f *File) RequestedKey() string {
	switch {
	case f.Request != nil && f.Request.CSR != nil:
		return f.Request.CSR.PublicKey()
	case f.CSR != nil:
		return f.CSR.PublicKey()
	}
	return ""
}
