//! A dull browser: keeps cookies, reads forms, follows `303` when told to.

use super::answer::Answer;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt as _;
use std::collections::BTreeMap;
use tower::ServiceExt as _;

/// A field of a form.
pub(crate) type Field = (&'static str, String);

/// A browser. A clone has the same cookies: another tab, at that moment.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub(crate) headers: Vec<(&'static str, String)>,
}

const BOUNDARY: &str = "----a-boundary-that-no-field-holds";

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), headers: Vec::new() }
    }

    /// Sends a request with the cookies; keeps those that come back.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !content_type.is_empty() {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(line.to_str().unwrap());
        }
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let status = parts.status.as_u16();
        Answer { at: path.to_owned(), status, headers: parts.headers, bytes, body }
    }

    fn keep(&mut self, line: &str) {
        let (name, rest) = line.split_once('=').unwrap();
        let value = rest.split(';').next().unwrap();
        if line.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, "", Vec::new()).await
    }

    /// Gets a page, following `303` as far as it leads.
    pub(crate) async fn visit(&mut self, path: &str) -> Answer {
        let mut answer = self.get(path).await;
        for _ in 0..8 {
            if answer.status != 303 {
                return answer;
            }
            let next = answer.location().to_owned();
            answer = self.get(&next).await;
        }
        panic!("{path} leads nowhere");
    }

    /// Posts fields as they are.
    pub(crate) async fn post(&mut self, path: &str, fields: &[Field]) -> Answer {
        let pairs: Vec<String> =
            fields.iter().map(|(n, v)| format!("{}={}", escape(n), escape(v))).collect();
        let kind = "application/x-www-form-urlencoded";
        self.send(Method::POST, path, kind, pairs.join("&").into_bytes()).await
    }

    /// Fills the form of a page in and sends it; hidden fields go back as found.
    pub(crate) async fn submit(&mut self, page: &Answer, fields: &[Field]) -> Answer {
        let mut body = String::new();
        let hidden = page.hidden();
        let all = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        for (name, value) in all.chain(fields.iter().map(|(n, v)| (*n, v.as_str()))) {
            body.push_str(&format!("{}={}&", escape(name), escape(value)));
        }
        let kind = "application/x-www-form-urlencoded";
        self.send(Method::POST, &page.at, kind, body.into_bytes()).await
    }

    /// Like [`Self::submit`], as multipart, with a file.
    pub(crate) async fn upload(&mut self, page: &Answer, file: Vec<u8>) -> Answer {
        let mut body = Vec::new();
        for (name, value) in page.hidden() {
            let part = format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}");
            body.extend(format!("--{BOUNDARY}\r\n{part}\r\n").into_bytes());
        }
        let head = "Content-Disposition: form-data; name=\"portrait\"; filename=\"me.png\"";
        body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").into_bytes());
        body.extend(file);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Method::POST, &page.at, &kind, body).await
    }
}

/// Percent-encodes every byte: what `application/x-www-form-urlencoded` allows for all of them.
pub(crate) fn escape(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
