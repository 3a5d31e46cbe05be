package pushcert

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Topic is the certificate's own topic: the subject's UID, for MDM
// (com.apple.mgmt.External.<uuid>), apps (bundle id) and passes alike. Empty if absent, and for
// what does not push: the UID of a vendor, or of a developer, is a team's.
func (c *Certificate) Topic() string {
	switch c.Role() {
	case RoleMDMPush, RoleAppPush, RolePassPush, RoleServerPush:
		return c.UID()
	}
	return ""
}

// isMDMTopic tells a topic that devices take in an enrollment (Apple, "MDM" payload: it
// "must begin with com.apple.mgmt.").
func isMDMTopic(topic string) bool { return strings.HasPrefix(topic, mdmTopicPrefix) }

// IsWholeTopic tells a topic that ends in a UUID, as those of Apple's do: one that was copied in part
// is the topic of nobody.
func IsWholeTopic(topic string) bool {
	return uuidForm().MatchString(topic[strings.LastIndex(topic, ".")+1:])
}

// IsTeamID tells the form of a Team ID, which is the UID of vendors and developers (Apple, "App ID prefix").
func IsTeamID(text string) bool {
	return regexp.MustCompile(`^[0-9A-Z]{10}$`).MatchString(strings.TrimSpace(text))
}

// Topics are all topics that APNs accepts with the certificate: its own, then those of
// Apple's topic lists (6.3.6, and 6.3.4 for VoIP), each once. MDM certificates
// have no list. Nil only when there is no topic at all.
func (c *Certificate) Topics() []string {
	var topics []string
	add := func(topic string) {
		if topic != "" && !slices.Contains(topics, topic) {
			topics = append(topics, topic)
		}
	}
	add(c.Topic())
	for _, list := range []marker{markTopics, markVoIPTopics} {
		value, _ := c.extension(list)
		for _, topic := range topicList(value) {
			add(topic)
		}
	}
	return topics
}

// topicList reads Apple's undocumented list, as decoded from real certificates: one flat SEQUENCE in which
// a UTF8String, the topic, and a SEQUENCE of labels alternate. A list that is
// broken in the middle gives what stands before the break.
func topicList(der []byte) []string {
	var topics []string
	input := cryptobyte.String(der)
	var list cryptobyte.String
	if input.PeekASN1Tag(cbasn1.UTF8String) { // one topic, and no list around it
		list = input
	} else if !input.ReadASN1(&list, cbasn1.SEQUENCE) {
		return nil
	}
	for !list.Empty() {
		var value cryptobyte.String
		var tag cbasn1.Tag
		if !list.ReadAnyASN1(&value, &tag) {
			break
		}
		if tag == cbasn1.UTF8String {
			topics = append(topics, string(value))
		}
	}
	return topics
}
