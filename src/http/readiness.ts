/** Whether the server wants requests: from the end of its start to the beginning of its stop. */
export class Readiness {
  isOpen = false;
}
