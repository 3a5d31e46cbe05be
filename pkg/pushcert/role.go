package pushcert

import (
	"slices"
	"strings"
)

// Role is what a file of the process is for.
type Role string

// The roles. Their names are part of the JSON contract.
const (
	RoleMDMPush           Role = "mdm-push"           // what an MDM server pushes with
	RoleMDMVendor         Role = "mdm-vendor"         // what signs customers' requests ("MDM CSR")
	RoleAppPush           Role = "app-push"           // pushes to apps, websites and VoIP services
	RolePassPush          Role = "pass-push"          // pushes to Wallet passes
	RoleServerPush        Role = "server-push"        // macOS Server's mail, calendar and contacts
	RoleRequest           Role = "request"            // vendor-signed request for the portal
	RoleCSR               Role = "csr"                // plain PKCS #10
	RolePrivateKey        Role = "private-key"        // with no certificate beside it
	RoleCA                Role = "ca"                 // an issuer of certificates
	RoleADEToken          Role = "ade-token"          // Automated Device Enrollment server token
	RoleContentToken      Role = "content-token"      // Apps and Books (VPP) token
	RoleEnrollmentProfile Role = "enrollment-profile" // .mobileconfig with a com.apple.mdm payload
	RoleTokenUpdate       Role = "token-update"       // a device's check-in
	RoleMDMCertAnswer     Role = "mdmcert-answer"     // mdmcert.download's encrypted answer
	RoleProfile           Role = "apnsctl-profile"    // a whole profile on its way to another config file
	RoleHTML              Role = "html"               // a web page saved in place of a certificate
	RoleUnknown           Role = "unknown"
)

// Roles lists every role, in the order of the contract.
func Roles() []Role {
	return []Role{
		RoleMDMPush, RoleMDMVendor, RoleAppPush, RolePassPush, RoleServerPush, RoleRequest, RoleCSR, RolePrivateKey, RoleCA,
		RoleADEToken, RoleContentToken, RoleEnrollmentProfile, RoleTokenUpdate, RoleMDMCertAnswer, RoleProfile, RoleHTML, RoleUnknown,
	}
}

// Name attributes by which Apple marks what a certificate is for. The issuer is
// never asked: Apple has moved each kind to another issuer before.
const (
	mdmTopicPrefix  = "com.apple.mgmt." // External for vendors' customers, XServer for Profile Manager
	serverTopicPart = ".XServer."       // com.apple.mail.XServer.<uuid> and siblings
	mdmCNPrefix     = "APSP:"
	vendorCNPrefix  = "MDM Vendor:"
)

// appCNs are how the names of app, website and VoIP push certificates begin.
func appCNs() []string {
	return []string{
		"Apple Push Services:", "Apple Development IOS Push Services:", "Apple Production IOS Push Services:",
		"VoIP Services:", "Website Push ID:",
	}
}

// appMarks are the extensions of certificates that push to apps, websites and VoIP services.
func appMarks() []marker {
	return []marker{markWebsite, markPushSandbox, markPushProduction, markTopics, markVoIPTopics, markVoIP}
}

// Role tells what c is for, from its subject and Apple's marker extensions. A
// subject UID in the MDM family decides before all else, the CA flag included,
// so that a self-made imitation is named for what it imitates.
func (c *Certificate) Role() Role {
	uid, cn := c.UID(), c.CN()
	switch {
	case isMDMTopic(uid):
		return RoleMDMPush
	case strings.HasPrefix(uid, "com.apple.") && strings.Contains(uid, serverTopicPart):
		return RoleServerPush
	case strings.HasPrefix(cn, mdmCNPrefix):
		return RoleMDMPush
	case c.X509.IsCA:
		return RoleCA
	case c.marked(markVendor), strings.HasPrefix(cn, vendorCNPrefix):
		return RoleMDMVendor
	case c.marked(markPass), strings.HasPrefix(uid, "pass."):
		return RolePassPush
	case slices.ContainsFunc(appMarks(), c.marked), hasAnyPrefix(cn, appCNs()):
		return RoleAppPush
	}
	return RoleUnknown
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
