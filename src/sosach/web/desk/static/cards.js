// The capture station: a camera of the station fills a file field. Without a camera or scripts the field takes a file.
// Nothing is kept: the picture stands in the form alone, and is gone with the page.
(() => {
  "use strict";
  if (!navigator.mediaDevices?.getUserMedia) return;

  const shoot = async (video) => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  };

  for (const slot of document.querySelectorAll("[data-capture]")) {
    const field = slot.querySelector("input[type=file]");
    if (!slot.querySelector("[data-camera]")) continue; // fingers come from their own reader, as files
    const [open, take, video, shown, told] = ["open", "take", "video", "shown", "told"].map((name) => slot.querySelector(`[data-${name}]`));
    let stream = null;
    let address = "";
    const stop = () => {
      stream?.getTracks().forEach((track) => track.stop());
      stream = null;
      video.hidden = take.hidden = true;
      open.hidden = false;
    };
    const show = (file) => {
      if (address) URL.revokeObjectURL(address);
      address = file ? URL.createObjectURL(file) : "";
      shown.hidden = !address;
      if (address) shown.src = address;
    };
    slot.querySelector("[data-camera]").hidden = false;
    open.addEventListener("click", async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1920 }, height: { ideal: 1440 } } });
      } catch {
        told.textContent = told.dataset.refused;
        return;
      }
      told.textContent = "";
      video.srcObject = stream;
      video.hidden = take.hidden = false;
      open.hidden = true;
      await video.play();
      take.focus();
    });
    take.addEventListener("click", async () => {
      const blob = await shoot(video);
      stop();
      if (!blob) return;
      const files = new DataTransfer();
      files.items.add(new File([blob], `${field.name}.jpg`, { type: "image/jpeg" }));
      field.files = files.files;
      show(field.files[0]);
      told.textContent = told.dataset.taken;
      open.focus();
    });
    field.addEventListener("change", () => show(field.files[0]));
    window.addEventListener("pagehide", () => {
      stop();
      show(null);
      field.value = "";
    });
  }
})();
