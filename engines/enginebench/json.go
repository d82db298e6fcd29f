package enginebench

import (
	"encoding/json"
	"io"
)

type reportJSON struct {
	Engine       string       `json:"engine"`
	About        string       `json:"about"`
	Runs         int          `json:"runs"`
	OK           bool         `json:"ok"`
	Device       deviceJSON   `json:"device"`
	Results      []resultJSON `json:"results"`
	Journal      *journalJSON `json:"journal,omitempty"`
	JournalError string       `json:"journal_error,omitempty"`
}

type deviceJSON struct {
	FileSystem       string  `json:"file_system,omitempty"`
	FsyncSeconds     float64 `json:"fsync_seconds"`
	FsyncsPerSecond  float64 `json:"fsyncs_per_second"`
	FdatasyncSeconds float64 `json:"fdatasync_seconds,omitempty"`
}

type resultJSON struct {
	Name         string    `json:"name"`
	Does         string    `json:"does"`
	Unit         Unit      `json:"unit"`
	Target       float64   `json:"target,omitempty"`
	Value        float64   `json:"value,omitempty"`
	Values       []float64 `json:"values,omitempty"`
	Ratio        float64   `json:"ratio,omitempty"`
	Verdict      Standing  `json:"verdict"`
	WithoutFsync float64   `json:"without_fsync,omitempty"`
	// FastestSeconds is the time of the fastest call.
	FastestSeconds float64 `json:"fastest_seconds,omitempty"`
	Error          string  `json:"error,omitempty"`
}

type journalJSON struct {
	Costs
	SyncsPerCommit float64 `json:"syncs_per_commit"`
	BytesPerEntry  float64 `json:"bytes_per_entry"`
	Amplification  float64 `json:"bytes_per_payload_byte,omitempty"`
}

// WriteJSON writes r as one line of JSON. Times are in seconds. A target that is 0 is none.
func WriteJSON(w io.Writer, r Report) error {
	d := r.Device
	out := reportJSON{
		Engine: r.Engine, About: r.About, Runs: r.Runs, OK: r.OK(),
		Device: deviceJSON{d.FileSystem, d.Fsync.Seconds(), per(1, d.Fsync.Seconds()), d.DataSync.Seconds()},
	}
	for _, result := range r.Results {
		out.Results = append(out.Results, resultToJSON(result, d))
	}
	if r.CostsErr != nil {
		out.JournalError = r.CostsErr.Error()
	} else {
		out.Journal = &journalJSON{r.Costs, r.Costs.SyncsPerCommit(), r.Costs.BytesPerEntry(), r.Costs.Amplification()}
	}
	return json.NewEncoder(w).Encode(out)
}

func resultToJSON(r Result, d Device) resultJSON {
	v := Judge(r, d)
	out := resultJSON{
		Name: r.Name, Does: r.Does, Unit: r.Target.Unit, Target: r.Target.Limit, Verdict: v.Standing, WithoutFsync: v.WithoutFsync,
	}
	if r.Err != nil {
		out.Error = r.Err.Error()
		return out
	}
	out.Value, out.Values, out.Ratio, out.FastestSeconds = r.Value, r.Values, r.Ratio, r.Fastest.Seconds()
	return out
}
