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
	if len(f.Certificates) < 2 {
		return
	}
	if n := f.leaves(); n > 1 {
		f.found(problem.Found(problem.SeveralCertificates, problem.Warning, problem.Params{"count": strconv.Itoa(n)}))
	}
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

// leaves counts the distinct certificates that are no CA.
func (f *File) leaves() int {
	seen := map[string]bool{}
	for _, c := range f.Certificates {
		if !c.X509.IsCA {
			seen[string(c.X509.Raw)] = true
		}
	}
	return len(seen)
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
