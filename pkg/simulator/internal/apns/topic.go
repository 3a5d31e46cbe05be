package apns

import (
	"crypto/x509"
	"encoding/asn1"
	"strings"
)

// Numbers below Apple's arc 1.2.840.113635.100.6.3 (Apple_OID_Assignments.rtf).
const (
	pushMarkerDevelopment = 1
	pushMarkerProduction  = 2
	pushMarkerVoIPTopics  = 4
	pushMarkerTopics      = 6
)

// mdmTopicPrefix is what the topic of every MDM push certificate begins with.
const mdmTopicPrefix = "com.apple.mgmt."

// maxTopicLength is a guess: Apple names no limit. It only bounds what is kept.
const maxTopicLength = 256

// certificateTopics lists what a push certificate may push to, its default first: the
// lists of extensions 6.3.6 and 6.3.4 where there are any, else the subject's UID.
func certificateTopics(leaf *x509.Certificate) []string {
	var topics []string
	for _, number := range []int{pushMarkerTopics, pushMarkerVoIPTopics} {
		if value, ok := pushMarker(leaf, number); ok {
			topics = append(topics, topicList(value)...)
		}
	}
	if len(topics) > 0 {
		return topics
	}
	if uid := subjectUID(leaf); uid != "" {
		return []string{uid}
	}
	return nil
}

// topicList reads a flat SEQUENCE in which each topic is followed by a SEQUENCE of
// labels; the labels say nothing that the topic's suffix does not.
func topicList(der []byte) []string {
	var list asn1.RawValue
	if _, err := asn1.Unmarshal(der, &list); err != nil || list.Tag != asn1.TagSequence {
		return nil
	}
	var topics []string
	for rest := list.Bytes; len(rest) > 0; {
		var member asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &member); err != nil {
			return nil
		}
		if member.Class == asn1.ClassUniversal && member.Tag == asn1.TagUTF8String {
			topics = append(topics, string(member.Bytes))
		}
	}
	return topics
}

// subjectUID is the attribute 0.9.2342.19200300.100.1.1 of the subject.
func subjectUID(leaf *x509.Certificate) string {
	uid := asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}
	for _, attribute := range leaf.Subject.Names {
		if value, ok := attribute.Value.(string); ok && attribute.Type.Equal(uid) {
			return value
		}
	}
	return ""
}

// pushMarker returns the value of extension 1.2.840.113635.100.6.3.number.
func pushMarker(leaf *x509.Certificate, number int) ([]byte, bool) {
	oid := asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 3, number}
	for _, extension := range leaf.Extensions {
		if extension.Id.Equal(oid) {
			return extension.Value, true
		}
	}
	return nil, false
}

// environmentRefusal checks a certificate's environment, this server being the
// production one: 6.3.2 is welcome, 6.3.1 alone belongs to the sandbox. One with
// neither is no push certificate at all; that APNs words this BadCertificate is
// inferred from its table.
func environmentRefusal(leaf *x509.Certificate) Reason {
	if _, ok := pushMarker(leaf, pushMarkerProduction); ok {
		return ""
	}
	if _, ok := pushMarker(leaf, pushMarkerDevelopment); ok {
		return reasonBadCertificateEnvironment
	}
	return reasonBadCertificate
}

// pushTypeSuffix returns what the topic of a push type ends with, and whether the type
// exists (Apple, "Sending notification requests to APNs", apns-push-type).
func pushTypeSuffix(pushType string) (suffix string, known bool) {
	switch pushType {
	case "alert", "background", "mdm":
		return "", true
	case "complication":
		return ".complication", true
	case "controls":
		return ".push-type.controls", true
	case "fileprovider":
		return ".pushkit.fileprovider", true
	case "liveactivity":
		return ".push-type.liveactivity", true
	case "location":
		return ".location-query", true
	case "pushtotalk":
		return ".voip-ptt", true
	case "voip":
		return ".voip", true
	case "widgets":
		return ".push-type.widgets", true
	}
	return "", false
}

// wellFormedTopic tells whether a string can be a bundle identifier with a suffix.
func wellFormedTopic(topic string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
	return topic != "" && len(topic) <= maxTopicLength && strings.Trim(topic, allowed) == ""
}

// deviceTopicFits tells whether a push to topic may go to a device that registered
// with another string: an app's token also takes the suffixed topics of its push types.
func deviceTopicFits(registered, topic, pushType string) bool {
	if registered == topic {
		return true
	}
	suffix, _ := pushTypeSuffix(pushType)
	base, cut := strings.CutSuffix(topic, suffix)
	return cut && suffix != "" && base == registered
}
