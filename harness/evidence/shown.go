package evidence

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/models"
)

// read returns what of a view the subject read itself.
func read(v models.View) models.View {
	if some, ok := v.(interface{ Read() models.View }); ok {
		return some.Read()
	}
	return v
}

// shownInstead says what the engine shows of a corrupted image that differs from what it shows of
// the intact one, "" where that is not in few words.
func shownInstead(whole models.View, r *models.Recovered) string {
	if whole == nil || r.View == nil {
		return "" // it did not open, or two of its reads do not agree
	}
	want, view, when := whole, r.View, ""
	if r.Again != nil && read(view).Key() == read(want).Key() {
		view, when = r.Again, " the second time"
		if r.Probe != nil {
			want = r.Probe.After(want)
		}
	}
	var parts []string
	for _, row := range want.Rows(view) {
		if row.Before != row.Recovered {
			parts = append(parts, fmt.Sprintf("%s: %s instead of %s", row.What, orNothing(row.Recovered), orNothing(row.Before)))
		}
	}
	const namedMax = 3
	if more := len(parts) - namedMax; more > 0 {
		parts = append(parts[:namedMax], plain.Count(more, "more row"))
	}
	if len(parts) == 0 {
		return ""
	}
	return when + ": " + strings.Join(parts, "; ")
}

func orNothing(cell string) string {
	if cell == "-" {
		return "nothing"
	}
	return cell
}
