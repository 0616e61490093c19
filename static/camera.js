// The camera, where the browser has one. Without this file the photo is chosen as a file.
"use strict";

const room = document.querySelector("[data-camera]");
const input = document.getElementById("portrait");

if (room && input && navigator.mediaDevices && window.DataTransfer) {
  const part = (name) => room.querySelector(`[data-${name}]`);
  const [video, still, status] = [part("video"), part("still"), part("status")];
  const [start, capture, retake] = [part("start"), part("capture"), part("retake")];
  const longest = 1280; // pixels: enough for a comparison, small enough for a slow network
  let stream = null;

  const show = (stage, words) => {
    start.hidden = stage !== "off";
    capture.hidden = stage !== "live";
    retake.hidden = stage !== "taken";
    still.hidden = stage !== "taken";
    room.classList.toggle("taken", stage === "taken");
    status.textContent = words;
  };

  const stop = () => {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
  };

  const open = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "user", width: { ideal: 960 }, height: { ideal: 1280 } },
      });
      video.srcObject = stream;
      await video.play();
      input.value = "";
      show("live", status.dataset.live);
      capture.focus();
    } catch {
      stop();
      show("off", status.dataset.denied);
    }
  };

  const take = () => {
    const scale = Math.min(1, longest / Math.max(video.videoWidth, video.videoHeight));
    still.width = Math.round(video.videoWidth * scale);
    still.height = Math.round(video.videoHeight * scale);
    still.getContext("2d").drawImage(video, 0, 0, still.width, still.height);
    still.toBlob((blob) => {
      if (!blob) return;
      const files = new DataTransfer();
      files.items.add(new File([blob], "portrait.jpg", { type: "image/jpeg" }));
      input.files = files.files;
      for (const sample of document.querySelectorAll('input[name="sample"]')) sample.checked = false;
      stop();
      show("taken", status.dataset.taken);
      retake.focus();
    }, "image/jpeg", 0.9);
  };

  start.addEventListener("click", open);
  retake.addEventListener("click", open);
  capture.addEventListener("click", take);
  addEventListener("pagehide", stop);
  room.hidden = false;
  show("off", status.dataset.off);
}
