// Package server speaks with the MDM servers that use a push certificate: it reads what they use,
// fetches the request that they made, and hands a renewed certificate over. One small file a kind.
//
// It knows addresses and the services' own formats. It must not know rules: whether a certificate
// may be handed over is decided before, by the gate; where credentials are kept, what a request is
// worth, and how an answer is told, is for those who ask. It never deletes anything on a server.
package server
