//! The page in a browser: a scanner that types, the camera's decoder, cable out.

use super::kit::{Counter, Issuer};
use crate::browser::phone::{CHINESE, ENGLISH, Make, Phone, with_phone};
use crate::common::needs::Needs;
use crate::common::suite::Suite;
use ecard::terminal::refresh;
use std::path::Path;

pub(super) fn register(suite: &mut Suite) {
    needs!(suite, Needs::Browser;
        a_cashier_scans_on_a_wide_screen_in_chinese,
        a_cashier_scans_on_a_phone_in_english,
        a_scanner_works_without_scripts,
        the_decoder_reads_what_the_phone_draws,
    );
}

/// Serves a terminal on a port of its own.
async fn serve(counter: &Counter) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = axum::serve(listener, counter.router.clone()).into_future();
    tokio::spawn(async move { serve.await.unwrap() });
    format!("http://{address}")
}

/// Types as a scanner does: the text, then Enter, into whatever has the focus.
async fn scan(phone: &Phone, code: &str, light: &str) {
    phone
        .leave(async || {
            let focused = phone.client.active_element().await.unwrap();
            assert_eq!(focused.attr("id").await.unwrap().as_deref(), Some("code"), "the focus");
            focused.send_keys(&format!("{code}\u{e007}")).await.unwrap();
        })
        .await;
    let found = phone.client.find(fantoccini::Locator::Css("#answer")).await.unwrap();
    assert_eq!(found.attr("data-light").await.unwrap().as_deref(), Some(light));
}

async fn picture(phone: &Phone, name: &str) {
    if let Some(folder) = std::env::var_os("ECARD_TEST_SCREENSHOTS") {
        let picture = phone.client.screenshot().await.unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
    }
}

async fn a_day_at_the_counter(make: Make) {
    let mut issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    assert!(refresh(&counter.terminal).await);
    let width = make.width;
    with_phone(make, async |phone| {
        let url = serve(&counter).await;
        phone.client.goto(&url).await.unwrap();
        phone.look_over().await;
        picture(phone, &format!("terminal-{width}-ready")).await;
        scan(phone, "012345678901234567890123", "green").await;
        issuer.known.entries.lock().unwrap().insert(6, 2);
        issuer.pass(60);
        assert!(refresh(&counter.terminal).await);
        issuer.pull().await;
        scan(phone, &issuer.code(5, 1), "green").await;
        assert!(phone.text("main").await.contains("*明"), "the masked name");
        picture(phone, &format!("terminal-{width}-green")).await;
        scan(phone, &issuer.code(6, 2), "red").await;
        picture(phone, &format!("terminal-{width}-red")).await;
        scan(phone, "012345678901234567890124", "amber").await;
        picture(phone, &format!("terminal-{width}-amber")).await;
        assert_eq!(
            phone
                .client
                .find(fantoccini::Locator::Css("#waiting"))
                .await
                .unwrap()
                .attr("data-n")
                .await
                .unwrap()
                .as_deref(),
            Some("2")
        );
        issuer.pass(301);
        scan(phone, &issuer.code(5, 3), "amber").await;
        phone.darken().await;
        phone.look_over().await;
        picture(phone, &format!("terminal-{width}-dark")).await;
    })
    .await;
}

async fn a_cashier_scans_on_a_wide_screen_in_chinese() {
    a_day_at_the_counter(Make { width: 1280, ..CHINESE }).await;
}

async fn a_cashier_scans_on_a_phone_in_english() {
    a_day_at_the_counter(ENGLISH).await;
}

async fn a_scanner_works_without_scripts() {
    a_day_at_the_counter(Make { scripts: false, width: 1280, ..CHINESE }).await;
}

async fn the_decoder_reads_what_the_phone_draws() {
    let issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    with_phone(CHINESE, async |phone| {
        let url = serve(&counter).await;
        phone.client.goto(&url).await.unwrap();
        for code in [issuer.code(5, 1), "012345678901234567890123".to_owned()] {
            let script = format!(
                "const address = document.querySelector('script[data-decoder]').dataset.decoder;
                 const {{ decodeQR }} = await import(address);
                 const {{ encodeQR }} = await import(address.replace('qr-decode', 'qr'));
                 const bits = encodeQR({code:?}, 'raw', {{ ecc: 'low', border: 4 }});
                 const side = bits.length, scale = 4, width = side * scale;
                 const data = new Uint8ClampedArray(width * width * 4);
                 for (let y = 0; y < width; y++) for (let x = 0; x < width; x++) {{
                   const shade = bits[Math.floor(y / scale)][Math.floor(x / scale)] ? 20 : 235;
                   data.set([shade, shade, shade, 255], (y * width + x) * 4);
                 }}
                 return [decodeQR({{ data, width, height: width }}), side];"
            );
            let wrapped = format!("return (async () => {{ {script} }})();");
            let found = phone.run(&wrapped).await;
            assert_eq!(found[0], code);
            // Version 12 has 65 modules a side; four light ones around it on each side.
            assert!(found[1].as_u64().unwrap() <= 73, "{found}");
        }
    })
    .await;
}
