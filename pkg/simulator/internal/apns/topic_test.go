package apns

import (
	"encoding/hex"
	"slices"
	"testing"
)

// topicListSample is an extension 6.3.6 in the form of certificates from 2021 on.
func topicListSample(t *testing.T) []byte {
	t.Helper()
	der, err := hex.DecodeString("30660c0f636f6d2e6578616d706c652e61707030070c05746f706963" +
		"0c14636f6d2e6578616d706c652e6170702e766f697030060c04766f6970" +
		"0c1c636f6d2e6578616d706c652e6170702e636f6d706c69636174696f6e300e0c0c636f6d706c69636174696f6e")
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestTopicListReadsTopicsAndNoLabels(t *testing.T) {
	want := []string{"com.example.app", "com.example.app.voip", "com.example.app.complication"}
	if got := topicList(topicListSample(t)); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	for name, der := range map[string][]byte{
		"empty": {}, "not a sequence": {5, 0}, "truncated member": {0x30, 2, 0x0c, 9},
	} {
		if got := topicList(der); got != nil {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestDeviceTopicFitsSuffixOfThePushTypeOnly(t *testing.T) {
	for _, test := range []struct {
		registered, topic, pushType string
		want                        bool
	}{
		{"a.b", "a.b", "", true},
		{"a.b", "a.b.voip", "voip", true},
		{"a.b", "a.b.voip", "alert", false},
		{"a.b", "a.c", "", false},
		{"a.b", "a.b.voip", "", false},
	} {
		if got := deviceTopicFits(test.registered, test.topic, test.pushType); got != test.want {
			t.Errorf("%+v: got %v", test, got)
		}
	}
}
