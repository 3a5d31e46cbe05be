package pushcert

import (
	"regexp"
	"strings"
)

// ParseTopic reads a topic as a person copies it from the portal, a device or a mail:
// "UID=" and white space around it are dropped, and a bare UUID, or the portal's
// "APSP:<uuid>", stands for Apple's usual family. False for what is no MDM topic.
func ParseTopic(text string) (topic string, ok bool) {
	topic = strings.TrimSpace(text)
	for _, prefix := range []string{"UID=", "CN=", mdmCNPrefix} {
		topic = strings.TrimSpace(strings.TrimPrefix(topic, prefix))
	}
	if uuidForm().MatchString(topic) {
		return mdmTopicPrefix + "External." + strings.ToLower(topic), true
	}
	return topic, strings.HasPrefix(topic, mdmTopicPrefix) && !strings.ContainsAny(topic, " \t\n/\\")
}

func uuidForm() *regexp.Regexp {
	return regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
}
