package pushcert

import (
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Topic is the certificate's own topic: the subject's UID, for MDM
// (com.apple.mgmt.External.<uuid>), apps (bundle id) and passes alike. Empty if absent.
func (c *Certificate) Topic() string { return c.UID() }

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
	if !input.ReadASN1(&list, cbasn1.SEQUENCE) {
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
