package server

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// basic is basic authentication with the product's own user.
func basic(user string) func(*Server, *http.Request) bool {
	return func(s *Server, r *http.Request) bool {
		name, password, ok := r.BasicAuth()
		return ok && name == user && same(password, s.secret)
	}
}

// nano is NanoMDM as it is after 0.9.0, and NanoHUB, which has it below another path [S]. Each topic is
// stored beside the others; a topic that is not there is an error of the server.
func nano(user, path string) product {
	return product{
		open: basic(user), credentials: byToken,
		routes: map[string]handler{
			"GET " + path: func(s *Server, w http.ResponseWriter, r *http.Request) {
				topic := r.URL.Query().Get("topic")
				c := s.topics[topic]
				switch {
				case topic == "":
					document(w, http.StatusBadRequest, object{"error": "missing required query parameter: topic"})
				case c == nil:
					document(w, http.StatusInternalServerError, object{"error": "open db/" + topic + ".pem: no such file or directory"})
				default:
					document(w, http.StatusOK, object{"topic": topic, "not_after": c.NotAfter})
				}
			},
			"PUT " + path: func(s *Server, w http.ResponseWriter, r *http.Request) {
				certificate, key, err := readPair(r.Body)
				if err == nil {
					c, takeErr := s.takePair(certificate, key)
					if err = takeErr; err == nil {
						document(w, http.StatusOK, object{"topic": topicOf(c), "not_after": c.NotAfter})
						return
					}
				}
				document(w, http.StatusBadRequest, object{"error": err.Error()})
			},
		},
	}
}

// readPair takes one text of PEM apart.
func readPair(r io.Reader) (certificate, key []byte, err error) {
	rest, err := io.ReadAll(r)
	for err == nil {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch {
		case block.Type == "CERTIFICATE":
			certificate = pem.EncodeToMemory(block)
		case strings.HasSuffix(block.Type, "PRIVATE KEY") && !strings.Contains(block.Type, "ENCRYPTED"):
			key = pem.EncodeToMemory(block)
		default:
			err = fmt.Errorf("unrecognized PEM type: %q", block.Type)
		}
	}
	return certificate, key, err
}

// microMDM is MicroMDM [S], whose documents hold PEM as bytes.
func microMDM() product {
	const path = "/v1/config/certificate"
	return product{
		open: basic("micromdm"), credentials: byToken,
		routes: map[string]handler{
			"GET " + path: func(s *Server, w http.ResponseWriter, _ *http.Request) {
				if s.used == nil {
					document(w, http.StatusNotFound, object{"error": "get push certificate: not found"})
					return
				}
				document(w, http.StatusOK, object{"cert": []byte(text(s.used))})
			},
			"PUT " + path: func(s *Server, w http.ResponseWriter, r *http.Request) {
				var sent struct{ Cert, Key []byte }
				err := json.NewDecoder(r.Body).Decode(&sent)
				if err == nil {
					_, err = s.takePair(sent.Cert, sent.Key)
				}
				if err != nil {
					document(w, http.StatusInternalServerError, object{"error": err.Error()})
					return
				}
				document(w, http.StatusOK, object{})
			},
		},
	}
}

// zentral is Zentral [S], whose API only tells. A row without a certificate waits for one.
func zentral() product {
	row := func(s *Server) object {
		r := object{"id": 1, "provisioning_uid": nil, "name": "push", "topic": nil, "not_before": nil, "not_after": nil, "certificate": nil}
		if s.used != nil {
			r["topic"], r["certificate"] = topicOf(s.used), text(s.used)
			r["not_before"], r["not_after"] = s.used.NotBefore.Format("2006-01-02T15:04:05"), s.used.NotAfter.Format("2006-01-02T15:04:05")
		}
		return r
	}
	return product{
		open: byHeader("Authorization", "Token "), credentials: byToken,
		routes: map[string]handler{
			"GET /api/mdm/push_certificates/{$}": func(s *Server, w http.ResponseWriter, _ *http.Request) {
				document(w, http.StatusOK, []object{row(s)})
			},
			"GET /api/mdm/push_certificates/1/{$}": func(s *Server, w http.ResponseWriter, _ *http.Request) {
				document(w, http.StatusOK, row(s))
			},
		},
	}
}

// meraki is Meraki Systems Manager [D].
func meraki() product {
	return product{
		open: byHeader("Authorization", "Bearer "), credentials: byToken,
		routes: map[string]handler{
			"GET /api/v1/organizations": func(_ *Server, w http.ResponseWriter, _ *http.Request) {
				document(w, http.StatusOK, []object{{"id": "549236", "name": "Example"}})
			},
			"GET /api/v1/organizations/549236/sm/apnsCert": func(s *Server, w http.ResponseWriter, _ *http.Request) {
				if s.used == nil {
					document(w, http.StatusNotFound, object{"errors": []string{"No APNS certificate found"}})
					return
				}
				document(w, http.StatusOK, object{"certificate": text(s.used)})
			},
		},
	}
}

// warning is how long before the end those warn that only warn [U].
const warning = 30 * 24 * time.Hour

// jamf is Jamf Pro [S]: it names what is wrong and no date.
func jamf() product {
	return product{
		open: func(s *Server, r *http.Request) bool {
			return same(r.Header.Get("Authorization"), "Bearer granted-"+s.secret)
		},
		credentials: func(s *Server) map[string]string {
			return map[string]string{"client_id": client, "client_secret": s.secret}
		},
		free: map[string]handler{"POST /api/oauth/token": grant("")},
		routes: map[string]handler{
			"GET /api/v1/notifications": func(s *Server, w http.ResponseWriter, _ *http.Request) {
				rows := []object{{"type": "VPP_ACCOUNT_WILL_EXPIRE", "id": "1", "params": object{}}}
				switch {
				case s.used == nil:
				case s.now().After(s.used.NotAfter):
					rows = append(rows, object{"type": "PUSH_CERT_EXPIRED", "id": "2", "params": object{}})
				case s.now().Add(warning).After(s.used.NotAfter):
					rows = append(rows, object{"type": "PUSH_CERT_WILL_EXPIRE", "id": "2", "params": object{}})
				}
				document(w, http.StatusOK, rows)
			},
		},
	}
}

// google is the alert center of Google Workspace [D].
func google() product {
	return product{
		open: byHeader("Authorization", "Bearer "), credentials: byToken,
		routes: map[string]handler{
			"GET /v1beta1/alerts": func(s *Server, w http.ResponseWriter, r *http.Request) {
				kind := ""
				switch {
				case s.used == nil:
				case s.now().After(s.used.NotAfter):
					kind = "APNS certificate has expired"
				case s.now().Add(warning).After(s.used.NotAfter):
					kind = "APNS certificate is expiring soon"
				}
				if kind == "" || !strings.Contains(r.URL.Query().Get("filter"), `"`+kind+`"`) {
					document(w, http.StatusOK, object{})
					return
				}
				document(w, http.StatusOK, object{"alerts": []object{{"alertId": "1", "type": kind, "source": "Mobile device management", "data": object{
					"@type":          "type.googleapis.com/google.apps.alertcenter.type.ApnsCertificateExpirationInfo",
					"expirationTime": s.used.NotAfter.Format(time.RFC3339), "appleId": s.account, "uid": topicOf(s.used),
				}}}})
			},
		},
	}
}
