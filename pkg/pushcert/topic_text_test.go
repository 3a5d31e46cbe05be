package pushcert

import "testing"

func TestParseTopic(t *testing.T) {
	const uuid = "0a1b2c3d-0000-4000-8000-00000000abcd"
	const topic = "com.apple.mgmt.External." + uuid
	for _, tt := range []struct {
		name, in, want string
		ok             bool
	}{
		{"as it is", topic, topic, true},
		{"as the portal shows it", " UID=" + topic + "\n", topic, true},
		{"a bare UUID", "0A1B2C3D-0000-4000-8000-00000000ABCD", topic, true},
		{"the common name", "CN=APSP:" + uuid, topic, true},
		{"Profile Manager's", "com.apple.mgmt.XServer.x", "com.apple.mgmt.XServer.x", true},
		{"a file name", "topic.pem", "topic.pem", false},
		{"an app's topic", "com.example.app", "com.example.app", false},
		{"two words", topic + " x", topic + " x", false},
		{"nothing", "", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseTopic(tt.in)
			if got != tt.want || ok != tt.ok {
				t.Errorf("ParseTopic(%q) = %q, %v; want %q, %v", tt.in, got, ok, tt.want, tt.ok)
			}
		})
	}
}
