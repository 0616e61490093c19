//! What is counted for operators, written in the text format of Prometheus (version 0.0.4). Names
//! and labels are of this program alone: routes as patterns, never as sent.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the buckets of latency (ms).
const BUCKETS_MS: [u64; 9] = [1, 5, 10, 25, 50, 100, 250, 1000, 5000];

/// Counts since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<String, Route>>,
    tokens: Mutex<BTreeMap<&'static str, u64>>,
    verified: Mutex<BTreeMap<&'static str, u64>>,
}

/// One route pattern.
#[derive(Debug, Default)]
struct Route {
    by_status: BTreeMap<u16, u64>,
    /// How many answers were within each bound.
    within: [u64; BUCKETS_MS.len()],
    took: Duration,
}

impl Route {
    fn count(&mut self, status: u16, took: Duration) {
        *self.by_status.entry(status).or_default() += 1;
        self.took = self.took.saturating_add(took);
        for (count, bound) in self.within.iter_mut().zip(BUCKETS_MS) {
            *count += u64::from(took <= Duration::from_millis(bound));
        }
    }

    fn all(&self) -> u64 {
        self.by_status.values().sum()
    }
}

fn locked<T>(counts: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Metrics {
    /// An answer to a request: its route's pattern, its status, and how long it took.
    pub fn answered(&self, route: &str, status: u16, took: Duration) {
        let mut requests = locked(&self.requests);
        match requests.get_mut(route) {
            Some(counts) => counts.count(status, took),
            None => requests.entry(route.to_owned()).or_default().count(status, took),
        }
    }

    /// Tokens that were issued for a grant (its `grant_type`).
    pub fn issued(&self, grant: &'static str) {
        *locked(&self.tokens).entry(grant).or_default() += 1;
    }

    /// An answer of the verification endpoint, by its word.
    pub fn verified(&self, word: &'static str) {
        *locked(&self.verified).entry(word).or_default() += 1;
    }

    /// Everything counted, as text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let requests = locked(&self.requests);
        head(&mut out, "ecard_requests_total", "counter", "Answers by route pattern and status.");
        for (route, counts) in requests.iter() {
            for (status, count) in &counts.by_status {
                let labels = format!("route=\"{}\",status=\"{status}\"", escaped(route));
                sample(&mut out, "ecard_requests_total", &labels, count);
            }
        }
        head(&mut out, "ecard_request_seconds", "histogram", "Time to an answer by route pattern.");
        for (route, counts) in requests.iter() {
            latencies(&mut out, &escaped(route), counts);
        }
        drop(requests);
        head(&mut out, "ecard_tokens_issued_total", "counter", "Token answers by grant type.");
        for (grant, count) in locked(&self.tokens).iter() {
            sample(&mut out, "ecard_tokens_issued_total", &format!("grant=\"{grant}\""), count);
        }
        head(&mut out, "ecard_verified_total", "counter", "Answers of /verify by status word.");
        for (word, count) in locked(&self.verified).iter() {
            sample(&mut out, "ecard_verified_total", &format!("status=\"{word}\""), count);
        }
        out
    }
}

fn latencies(out: &mut String, route: &str, counts: &Route) {
    for (bound, within) in BUCKETS_MS.iter().zip(&counts.within) {
        let bound = Duration::from_millis(*bound).as_secs_f64();
        let labels = format!("route=\"{route}\",le=\"{bound}\"");
        sample(out, "ecard_request_seconds_bucket", &labels, within);
    }
    let all = format!("route=\"{route}\",le=\"+Inf\"");
    sample(out, "ecard_request_seconds_bucket", &all, counts.all());
    let labels = format!("route=\"{route}\"");
    sample(out, "ecard_request_seconds_sum", &labels, counts.took.as_secs_f64());
    sample(out, "ecard_request_seconds_count", &labels, counts.all());
}

/// One value that stands by itself.
pub fn gauge(out: &mut String, name: &str, help: &str, value: impl std::fmt::Display) {
    head(out, name, "gauge", help);
    sample(out, name, "", value);
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn sample(out: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let _ = match labels {
        "" => writeln!(out, "{name} {value}"),
        labels => writeln!(out, "{name}{{{labels}}} {value}"),
    };
}

/// A label's value: backslash, quote and line break are escaped.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let metrics = Metrics::default();
        metrics.answered("/status/{n}", 200, Duration::from_millis(3));
        metrics.answered("/status/{n}", 200, Duration::from_millis(30));
        metrics.answered("/status/{n}", 404, Duration::from_secs(9));
        metrics.issued("authorization_code");
        metrics.verified("valid");
        let text = metrics.text();
        for line in [
            "# TYPE ecard_requests_total counter",
            "ecard_requests_total{route=\"/status/{n}\",status=\"200\"} 2",
            "ecard_requests_total{route=\"/status/{n}\",status=\"404\"} 1",
            "ecard_request_seconds_bucket{route=\"/status/{n}\",le=\"0.001\"} 0",
            "ecard_request_seconds_bucket{route=\"/status/{n}\",le=\"0.005\"} 1",
            "ecard_request_seconds_bucket{route=\"/status/{n}\",le=\"5\"} 2",
            "ecard_request_seconds_bucket{route=\"/status/{n}\",le=\"+Inf\"} 3",
            "ecard_request_seconds_sum{route=\"/status/{n}\"} 9.033",
            "ecard_request_seconds_count{route=\"/status/{n}\"} 3",
            "ecard_tokens_issued_total{grant=\"authorization_code\"} 1",
            "ecard_verified_total{status=\"valid\"} 1",
        ] {
            assert!(text.lines().any(|there| there == line), "{line}\n{text}");
        }
    }

    #[test]
    fn a_label_cannot_break_out_of_its_quotes() {
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
        let mut out = String::new();
        gauge(&mut out, "g", "Help.", 1.5);
        assert_eq!(out, "# HELP g Help.\n# TYPE g gauge\ng 1.5\n");
    }
}
