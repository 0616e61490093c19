//! Keeps the map of card status at the log's end, and the published lists no older than a minute.

use crate::app::App;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// The log is looked at this often even when nobody tells of news: what was told may be lost.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// After this pause a lost listener is made anew.
const LISTEN_AGAIN: Duration = Duration::from_millis(500);
/// Twice and more within the minute in which a change must be published.
const PUBLISH_EVERY: Duration = Duration::from_secs(20);

/// Follows the log until told to stop.
pub(super) async fn follow(app: App, mut stop: watch::Receiver<bool>) {
    let news = Notify::new();
    tokio::select! {
        () = listen(&app, &news) => {}
        () = look(&app, &news) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn look(app: &App, news: &Notify) {
    let mut failing = false;
    loop {
        match app.status.follow().await {
            Ok(()) => failing = false,
            // Once an outage, not three times a second.
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(%error, "card status is not followed");
            }
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = news.notified() => {}
        }
    }
}

/// Hands on what the database tells of. Never ends: on SQLite there is nothing to hear.
async fn listen(app: &App, news: &Notify) {
    loop {
        match app.db.listen().await {
            Ok(None) => return std::future::pending().await,
            Ok(Some(mut listener)) => {
                // What was told before this connection was there is in the log.
                news.notify_one();
                while listener.heard().await.is_ok() {
                    news.notify_one();
                }
                tracing::info!("the listener of card status was lost: listening again");
            }
            Err(error) => tracing::debug!(%error, "card status is not listened to"),
        }
        tokio::time::sleep(LISTEN_AGAIN).await;
    }
}

/// Publishes what changed until told to stop.
pub(super) async fn publish(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = app.status.publish_due(app.clock.now()).await {
            tracing::warn!(%error, "status lists are not published");
        }
        tokio::select! {
            () = tokio::time::sleep(PUBLISH_EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
