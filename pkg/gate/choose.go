package gate

import (
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Choose finds the certificate that is meant in each file that holds several push certificates, with its
// key; from is what a profile is named after that none of them belongs to. Where nobody can tell which
// is meant, the entry says so.
func (m Many) Choose(s *lifecycle.State, rules lifecycle.ImportOptions, from Naming) {
	var keys []*pushcert.Key
	for _, e := range m {
		if e.File != nil {
			keys = append(keys, e.File.Keys...)
		}
	}
	chosen := false
	for _, e := range m.Certified() {
		if e.Err != nil {
			continue
		}
		before := e.File
		e.File, e.Err = meant(s, before, keys, rules, from)
		chosen = chosen || e.File != before
	}
	if chosen {
		m.pair()
	}
}

// meant is the file as it is about one of the push certificates in it: the newest of the topic that the devices
// of its profile listen on. Where nobody has said which that is, and the topics differ, it is refused as
// several files are: no date tells which certificate is the right one. Keys are those that came along.
func meant(s *lifecycle.State, file *pushcert.File, keys []*pushcert.Key, rules lifecycle.ImportOptions, from Naming) (*pushcert.File, error) {
	rivals := file.Rivals()
	if file.Role != pushcert.RoleMDMPush || len(rivals) < 2 {
		return file, nil
	}
	if rules.Ledger == nil {
		var err error
		if rules.Ledger, err = s.Ledger(); err != nil {
			return file, err
		}
	}
	profile, err := owner(s, rivals, rules, from)
	if err != nil || profile == "" && from == "" {
		return file, err // that it belongs to none is told as it is of a single certificate
	}
	topic, err := wanted(s, profile, rules)
	if err != nil {
		return file, err
	}
	if topic == "" {
		switch topics := pushcert.TopicsOf(eligible(profile, rivals, keys, rules)); {
		case len(topics) > 1:
			return file, problem.Say(problem.TopicMismatch, "rivals-inside", problem.Params{
				"profile": profile, "topic": topics[0], "stored_topic": topics[1], "held_topics": strings.Join(topics, ", "),
			})
		case len(topics) == 1:
			topic = topics[0]
		}
	}
	return file.About(func(c *pushcert.Certificate) bool { return c.Topic() == topic }), nil
}

// owner is the profile that the certificates of one file are for: the one that was named, else the one
// that claims any of them, by its key or its topic. It is empty where none does, and cannot be told where
// several do.
func owner(s *lifecycle.State, rivals []*pushcert.Certificate, rules lifecycle.ImportOptions, from Naming) (string, error) {
	if rules.Profile != "" {
		return rules.Profile, nil
	}
	var owners []string
	for _, c := range rivals {
		if claimant, claimed := rules.Ledger.Claimant(c); claimed && !slices.Contains(owners, claimant) {
			owners = append(owners, claimant)
		}
	}
	switch {
	case len(owners) > 1:
		return "", problem.Say(problem.Usage, "several-owners", problem.Params{"profile": owners[0], "profiles": strings.Join(owners, ", ")})
	case len(owners) == 1:
		return owners[0], nil
	case from != "" || len(s.Profiles) > 1:
		return "", nil
	}
	return s.Choose("")
}

// eligible are those of the certificates that a profile of which no topic is known could take: another profile's are
// none, and neither are those whose key nobody has, unless all are such.
func eligible(profile string, rivals []*pushcert.Certificate, keys []*pushcert.Key, rules lifecycle.ImportOptions) []*pushcert.Certificate {
	var free, keyed []*pushcert.Certificate
	for _, c := range rivals {
		claimant, claimed := rules.Ledger.Claimant(c)
		if claimed && claimant != profile {
			continue
		}
		free = append(free, c)
		if claimed || rules.CertificateOnly || slices.ContainsFunc(keys, func(k *pushcert.Key) bool { return k.PublicKey() == c.PublicKey() }) {
			keyed = append(keyed, c)
		}
	}
	if len(keyed) > 0 {
		return keyed
	}
	return free
}

// wanted is the topic that a certificate of the profile has to have, as [lifecycle.State.Examine] sees it.
func wanted(s *lifecycle.State, profile string, rules lifecycle.ImportOptions) (string, error) {
	p := s.Profiles[profile]
	if p == nil {
		p = &lifecycle.Profile{}
	}
	known, err := p.KnownTopic(profile)
	switch {
	case rules.AcceptTopic != "":
		return rules.AcceptTopic, err
	case rules.ExpectTopic != "" && known.Source != lifecycle.TopicStored:
		return rules.ExpectTopic, err
	}
	return known.Topic, err
}

// Undecided tells that a refusal says of no certificate that it is the wrong one: several differ in
// their topics, and nobody has said which is right.
func Undecided(err error) bool {
	return err != nil && strings.HasPrefix(problem.Of(err).Key(), "topic-mismatch.rivals")
}
