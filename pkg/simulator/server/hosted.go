package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Tenant and client of those that ask for OAuth 2.0.
const (
	entraTenant = "00000000-1111-2222-3333-444444444444"
	client      = "apnsctl-client"
)

// intune is Microsoft Graph's resource for it [D], with the login of Microsoft Entra beside it. It
// takes a certificate of any topic. What is answered where there is none is not known [U].
func intune() product {
	const path = "/v1.0/deviceManagement/applePushNotificationCertificate"
	return product{
		makesKey: true,
		open: func(s *Server, r *http.Request) bool {
			return byHeader("Authorization", "Bearer ")(s, r) || same(r.Header.Get("Authorization"), "Bearer granted-"+s.secret)
		},
		credentials: byToken,
		free:        map[string]handler{"POST /" + entraTenant + "/oauth2/v2.0/token": grant("/.default")},
		routes: map[string]handler{
			"GET " + path: func(s *Server, w http.ResponseWriter, _ *http.Request) {
				if s.used == nil {
					document(w, http.StatusNotFound, object{"error": object{"code": "ResourceNotFound", "message": "Resource not found"}})
					return
				}
				document(w, http.StatusOK, intuneResource(s))
			},
			"GET " + path + "/downloadApplePushNotificationCertificateSigningRequest": handOut(func(w http.ResponseWriter, file string) {
				document(w, http.StatusOK, object{"@odata.context": "…", "value": file})
			}),
			"PATCH " + path: func(s *Server, w http.ResponseWriter, r *http.Request) {
				var sent struct{ AppleIdentifier, Certificate string }
				err := json.NewDecoder(r.Body).Decode(&sent)
				if err == nil {
					c, readErr := readCertificate(strings.NewReader(sent.Certificate))
					if err = readErr; err == nil {
						err = s.take(c, sent.AppleIdentifier)
					}
				}
				if err != nil {
					document(w, http.StatusBadRequest, object{"error": object{"code": "BadRequest", "message": err.Error()}})
					return
				}
				document(w, http.StatusOK, intuneResource(s))
			},
		},
	}
}

func intuneResource(s *Server) object {
	return object{
		"@odata.type": "#microsoft.graph.applePushNotificationCertificate", "id": "32c68f13-8f13-32c6-138f-c632138fc632",
		"appleIdentifier": s.account, "topicIdentifier": topicOf(s.used), "certificate": nil,
		"expirationDateTime": s.used.NotAfter.Format("2006-01-02T15:04:05.0000000Z07:00"), "lastModifiedDateTime": s.used.NotBefore.Format(time.RFC3339),
		"certificateSerialNumber": fmt.Sprintf("%016X", s.used.SerialNumber), "certificateUploadStatus": nil, "certificateUploadFailureReason": nil,
	}
}

// grant is the token endpoint of client credentials (RFC 6749, 4.4), for a scope with this end.
func grant(scope string) handler {
	return func(s *Server, w http.ResponseWriter, r *http.Request) {
		switch {
		case r.PostFormValue("client_id") != client || !same(r.PostFormValue("client_secret"), s.secret):
			document(w, http.StatusUnauthorized, object{"error": "invalid_client", "error_description": "unknown client " + r.PostFormValue("client_secret")})
		case r.PostFormValue("grant_type") != "client_credentials" || !strings.HasSuffix(r.PostFormValue("scope"), scope):
			document(w, http.StatusBadRequest, object{"error": "invalid_scope", "error_description": "no such scope"})
		default:
			document(w, http.StatusOK, object{"token_type": "Bearer", "expires_in": 3599, "access_token": "granted-" + s.secret})
		}
	}
}

// simpleMDM is SimpleMDM [D]. Whether it looks at the topic of an upload is not known [U].
func simpleMDM() product {
	resource := func(s *Server, w http.ResponseWriter) {
		document(w, http.StatusOK, object{"data": object{"type": "push_certificate", "attributes": object{
			"apple_id": s.account, "expires_at": s.used.NotAfter.UTC().Format("2006-01-02T15:04:05.000-07:00"),
		}}})
	}
	failed := func(w http.ResponseWriter, status int, title string) {
		document(w, status, object{"errors": []object{{"title": title}}})
	}
	return product{
		makesKey: true, credentials: byToken,
		open: func(s *Server, r *http.Request) bool {
			name, password, ok := r.BasicAuth()
			return ok && same(name, s.secret) && password == ""
		},
		routes: map[string]handler{
			"GET /api/v1/push_certificate": func(s *Server, w http.ResponseWriter, _ *http.Request) {
				if s.used == nil {
					failed(w, http.StatusNotFound, "object not found")
					return
				}
				resource(s, w)
			},
			"GET /api/v1/push_certificate/scsr": handOut(func(w http.ResponseWriter, file string) {
				document(w, http.StatusOK, object{"data": wrapped(file)})
			}),
			"PUT /api/v1/push_certificate": func(s *Server, w http.ResponseWriter, r *http.Request) {
				c, err := upload(r, "file")
				if err == nil {
					err = s.take(c, r.FormValue("apple_id"))
				}
				if err != nil {
					failed(w, http.StatusUnprocessableEntity, err.Error())
					return
				}
				resource(s, w)
			},
		},
	}
}

// jumpCloud is JumpCloud, so far as its SDKs show it [S]. The form of the request's answer and of the
// certificate is not known [U].
func jumpCloud() product {
	const id = "5f3c1b2a9d1e8a0001aabbcc"
	return product{
		makesKey: true, open: byHeader("X-Api-Key", ""), credentials: byToken,
		routes: map[string]handler{
			"GET /api/v2/applemdms": func(s *Server, w http.ResponseWriter, _ *http.Request) {
				mdm := object{"id": id, "name": "Apple MDM", "depServerTokenState": "active"}
				if s.used != nil {
					mdm["apnsCertExpiry"], mdm["apnsPushTopic"] = s.used.NotAfter.Format(time.RFC3339), topicOf(s.used)
					mdm["appleCertCreatorAppleID"], mdm["appleCertSerialNumber"] = s.account, fmt.Sprintf("%x", s.used.SerialNumber)
				}
				document(w, http.StatusOK, []object{mdm})
			},
			"GET /api/v2/applemdms/" + id + "/csr": handOut(func(w http.ResponseWriter, file string) {
				w.Header().Set("Content-Type", "application/octet-stream")
				_, _ = io.WriteString(w, file) //nolint:gosec // no page for a browser; whoever has gone away does not mind
			}),
			"PUT /api/v2/applemdms/" + id: func(s *Server, w http.ResponseWriter, r *http.Request) {
				var sent struct{ AppleSignedCert string }
				err := json.NewDecoder(r.Body).Decode(&sent)
				if err == nil {
					c, readErr := readCertificate(strings.NewReader(sent.AppleSignedCert))
					if err = readErr; err == nil {
						err = s.take(c, "")
					}
				}
				if err != nil {
					document(w, http.StatusBadRequest, object{"message": err.Error()})
					return
				}
				document(w, http.StatusOK, object{"id": id})
			},
		},
	}
}

// fleet is Fleet [S]: serial numbers are decimal, the request is base64 twice, and an upload of any
// topic is taken.
func fleet() product {
	failed := func(w http.ResponseWriter, reason string) {
		document(w, http.StatusBadRequest, object{"message": "Bad request", "errors": []object{{"name": "base", "reason": reason}}})
	}
	return product{
		makesKey: true, open: byHeader("Authorization", "Bearer "), credentials: byToken,
		routes: map[string]handler{
			"GET /api/v1/fleet/apns": func(s *Server, w http.ResponseWriter, _ *http.Request) {
				if s.used == nil {
					failed(w, "MDM features aren't turned on in Fleet.")
					return
				}
				document(w, http.StatusOK, object{
					"common_name": s.used.Subject.CommonName, "serial_number": s.used.SerialNumber.String(),
					"issuer": s.used.Issuer.CommonName, "renew_date": s.used.NotAfter.Format(time.RFC3339),
				})
			},
			"GET /api/v1/fleet/mdm/apple/request_csr": handOut(func(w http.ResponseWriter, file string) {
				document(w, http.StatusOK, object{"csr": again(file)})
			}),
			"POST /api/v1/fleet/mdm/apple/apns_certificate": func(s *Server, w http.ResponseWriter, r *http.Request) {
				c, err := upload(r, "certificate")
				if err == nil {
					err = s.take(c, "")
				}
				if err != nil {
					failed(w, err.Error())
					return
				}
				w.WriteHeader(http.StatusAccepted)
			},
		},
	}
}
