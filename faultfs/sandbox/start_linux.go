package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// variable tells a process that it was started for a sandbox; its value is the
// number of the descriptor on which it answers.
const variable = "ACKPROOF_SANDBOX"

// syncsVariable has it watch its calls that sync.
const syncsVariable = "ACKPROOF_SANDBOX_SYNCS"

// Prepared is a command that will start in a sandbox.
type Prepared struct {
	cmd    *exec.Cmd
	ours   *os.File
	theirs *os.File
}

// Prepare makes cmd start in a sandbox of its own, and end when the starting
// thread or process does. It adds to the command's environment, files and
// attributes.
func Prepare(cmd *exec.Cmd) (*Prepared, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	p := &Prepared{cmd: cmd, ours: os.NewFile(uintptr(pair[0]), "sandbox"), theirs: os.NewFile(uintptr(pair[1]), "sandbox")}
	const firstExtra = 3
	number := firstExtra + len(cmd.ExtraFiles)
	cmd.ExtraFiles = append(cmd.ExtraFiles, p.theirs)
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", variable, number))
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	isolate(cmd.SysProcAttr)
	return p, nil
}

// WatchSyncs, called before the command is started, has the calls of its processes that
// sync wait until somebody answers, see [Sandbox.ServeSyncs]. Where that cannot be had
// the sandbox says why and the calls go on as ever.
func (p *Prepared) WatchSyncs() { p.cmd.Env = append(p.cmd.Env, syncsVariable+"=1") }

// isolate has the process start in namespaces of its own.
func isolate(a *syscall.SysProcAttr) {
	a.Pdeathsig = syscall.SIGKILL
	a.Cloneflags |= syscall.CLONE_NEWNS | syscall.CLONE_NEWPID
	if mayMount() {
		return
	}
	a.Cloneflags |= syscall.CLONE_NEWUSER
	a.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
	a.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
}

// mayMount reports whether this process has the right to mount: root in a
// container often has not.
func mayMount() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	return unix.Capget(&header, &data[0]) == nil && data[0].Effective&(1<<unix.CAP_SYS_ADMIN) != 0
}

// Abort gives up the sandbox of a command that did not start. The error is the
// start's, and comes back as [ErrUnavailable] if namespaces are what failed.
func (p *Prepared) Abort(err error) error {
	p.ours.Close()
	p.theirs.Close()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EUSERS) {
		return fmt.Errorf("%w: the kernel refuses new namespaces: %w", ErrUnavailable, err)
	}
	return err
}

// setUp is what the process inside says when it has set up its sandbox.
type setUp struct {
	Error       string `json:"error,omitempty"`
	DiskDir     string `json:"diskDir,omitempty"`
	FilesDir    string `json:"filesDir,omitempty"`
	ReadOnlyDir string `json:"readOnlyDir,omitempty"`
	TempDir     string `json:"tempDir,omitempty"`
	// Major and Minor are the mount's device number.
	Major uint32 `json:"major,omitempty"`
	Minor uint32 `json:"minor,omitempty"`
	// Listens says that a third descriptor is that of the calls that sync; NoListener
	// says why not, if it was asked for.
	Listens    bool   `json:"listens,omitempty"`
	NoListener string `json:"noListener,omitempty"`
}

// descriptors returns how many come with it.
func (s setUp) descriptors() int {
	if s.Listens {
		return 3
	}
	return 2
}

// Receive waits until the started process has entered its sandbox, for so long
// at most.
func (p *Prepared) Receive(within time.Duration) (*Sandbox, error) {
	p.theirs.Close() // the child has its own: its end is the end of the messages
	defer p.ours.Close()
	conn, err := net.FileConn(p.ours)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	defer conn.Close()
	socket := conn.(*net.UnixConn)
	if err := socket.SetDeadline(time.Now().Add(within)); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	text, rights := make([]byte, 4096), make([]byte, unix.CmsgSpace(3*4))
	n, rn, _, _, err := socket.ReadMsgUnix(text, rights)
	if err != nil || n == 0 {
		return nil, fmt.Errorf("the process that was started did not enter its sandbox: %w", errors.Join(err, errSilent))
	}
	files, err := received(rights[:rn])
	if err != nil {
		return nil, err
	}
	var said setUp
	if err := json.Unmarshal(text[:n], &said); err != nil || said.Error == "" && len(files) != said.descriptors() {
		closeAll(files)
		return nil, fmt.Errorf("sandbox: got %d descriptors and %q, want %d", len(files), text[:n], said.descriptors())
	}
	if said.Error != "" {
		closeAll(files)
		return nil, fmt.Errorf("%w: %s", ErrUnavailable, said.Error)
	}
	out := &Sandbox{
		Device: files[0], Files: files[1],
		DiskDir: said.DiskDir, FilesDir: said.FilesDir, ReadOnlyDir: said.ReadOnlyDir, TempDir: said.TempDir,
		SyncsUnseen: said.NoListener, mount: deviceNumber{said.Major, said.Minor},
	}
	if said.Listens {
		out.listener = files[2]
	}
	return out, nil
}

var errSilent = errors.New("it ended or does something else: a program that starts workers calls harness.Main first (in a test, in TestMain)")

// received returns the descriptors that came with a message.
func received(rights []byte) ([]*os.File, error) {
	messages, err := unix.ParseSocketControlMessage(rights)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	var files []*os.File
	for i := range messages {
		numbers, err := unix.ParseUnixRights(&messages[i])
		if err != nil {
			closeAll(files)
			return nil, fmt.Errorf("sandbox: %w", err)
		}
		for _, fd := range numbers {
			files = append(files, os.NewFile(uintptr(fd), "sandbox"))
		}
	}
	return files, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}
