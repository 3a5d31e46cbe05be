package problem

// Exit is a process exit status. It tells the caller what to do next; the one
// table serves all commands.
type Exit int

// The exit statuses.
const (
	ExitOK          Exit = 0   // done, and the answer is good
	ExitUnexpected  Exit = 1   // a bug or unclassified I/O
	ExitUsage       Exit = 2   // usage or settings: mend the command
	ExitRefused     Exit = 3   // looked, and the answer is no: a person must look
	ExitCritical    Exit = 4   // due within the critical days: renew now
	ExitWarning     Exit = 5   // due within the warning days: plan the renewal
	ExitState       Exit = 6   // state file or secret: mend or retry
	ExitAPNs        Exit = 7   // a server refused for good: do not retry
	ExitNetwork     Exit = 8   // network: retry later
	ExitInterrupted Exit = 130 // interrupted
)

// Exits lists every exit status in numerical order.
func Exits() []Exit {
	return []Exit{
		ExitOK, ExitUnexpected, ExitUsage, ExitRefused, ExitCritical, ExitWarning,
		ExitState, ExitAPNs, ExitNetwork, ExitInterrupted,
	}
}

// Graver returns the graver of two exit statuses of a verdict: 6, 3, 4, 5, 0 in
// falling order.
func Graver(a, b Exit) Exit {
	for _, x := range []Exit{ExitState, ExitRefused, ExitCritical, ExitWarning} {
		if a == x || b == x {
			return x
		}
	}
	return ExitOK
}
