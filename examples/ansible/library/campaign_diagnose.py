#!/usr/bin/python
"""Diagnose an Adobe Campaign Classic server from Ansible; changes nothing."""

DOCUMENTATION = r"""
module: campaign_diagnose
short_description: Diagnose an Adobe Campaign Classic server
description:
  - Runs C(ccexpert diagnose) on the managed host and returns what is wrong, how sure that is, and
    the plan.
  - It only looks. It never changes anything and does the same in check mode.
author: The ccexpert authors
options:
  observe:
    description: Observe the managed host itself.
    type: bool
    default: true
  facts:
    description:
      - What people or other tools know already, as facts of a facts document. See
        C(ccexpert facts schema).
    type: list
    elements: dict
    default: []
  instance:
    description: Look at this instance only.
    type: str
  url:
    description: Base of the pages to ask for, such as V(https://campaign.example.com).
    type: str
  var:
    description: Folder of logs and data, when it is not where the installation puts it.
    type: path
  conf:
    description: Folder of serverConf.xml, when it is not where the installation puts it.
    type: path
  smtp:
    description: SMTP server (host:port) to reach, when it is not the configured relay.
    type: str
  pop3:
    description: Server (host:port) of the bounce mailbox.
    type: str
  rules:
    description: Folders of site packs on the managed host.
    type: list
    elements: path
    default: []
  lang:
    description: Language of texts.
    type: str
    choices: [en, sv]
    default: en
  fail_on:
    description: Fail when a finding has this impact or a higher one.
    type: str
    choices: [never, low, moderate, important, critical]
    default: never
  executable:
    description: The program on the managed host, by name or by path.
    type: str
    default: ccexpert
requirements:
  - ccexpert on the managed host, run by an account that may run C(nlserver)
attributes:
  check_mode:
    description: Looking is all that the module does.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
  platform:
    description: Platforms of the managed host.
    platforms: posix
    support: full
"""

EXAMPLES = r"""
- name: What is wrong?
  campaign_diagnose:
    instance: prod
  register: campaign

- name: With what the night shift tells
  campaign_diagnose:
    facts:
      - {kind: symptom, name: emails-not-sent, present: true, source: night shift}
    fail_on: critical
"""

RETURN = r"""
msg:
  description: The first finding in one line, or the status.
  returned: always
  type: str
  sample: 'stat@prod: The statistics server (stat) is not running (0.97)'
status:
  description: V(ok), V(findings) or V(undetermined).
  returned: when a diagnosis could be made
  type: str
findings:
  description: The ids of what counts as found.
  returned: when a diagnosis could be made
  type: list
  elements: str
  sample: [stat-not-running]
diagnoses:
  description: The ranked diagnoses, as in the JSON report.
  returned: when a diagnosis could be made
  type: list
  elements: dict
plan:
  description: >-
    The steps in their order, as in the JSON report. C(command) is a list of arguments or null,
    C(risk) one of V(none), V(low), V(interrupts-service), V(loses-data). C(changes_server) says
    whether the step is more than looking and asking.
  returned: when a diagnosis could be made
  type: list
  elements: dict
report:
  description: The whole JSON report.
  returned: when a diagnosis could be made
  type: dict
rc:
  description: Exit code of the program.
  returned: when the program ran
  type: int
"""

import json  # noqa: E402 - Ansible wants the documentation first

from ansible.module_utils.basic import AnsibleModule  # noqa: E402

_FOUND = 0.5
"""The certainty from which on a diagnosis counts as found."""


def main():
    """Run the program, hand on what it says."""
    module = AnsibleModule(
        argument_spec={
            "observe": {"type": "bool", "default": True},
            "facts": {"type": "list", "elements": "dict", "default": []},
            "instance": {"type": "str"},
            "url": {"type": "str"},
            "var": {"type": "path"},
            "conf": {"type": "path"},
            "smtp": {"type": "str"},
            "pop3": {"type": "str"},
            "rules": {"type": "list", "elements": "path", "default": []},
            "lang": {"type": "str", "choices": ["en", "sv"], "default": "en"},
            "fail_on": {
                "type": "str",
                "choices": ["never", "low", "moderate", "important", "critical"],
                "default": "never",
            },
            "executable": {"type": "str", "default": "ccexpert"},
        },
        supports_check_mode=True,
    )
    document = json.dumps({"schema_version": 1, "facts": module.params["facts"]})
    program = module.get_bin_path(module.params["executable"], required=True)
    code, out, err = module.run_command(_command(program, module.params), data=document)
    if code not in (0, 1):
        module.fail_json(msg=_sentence(err) or f"exit code {code}", rc=code)
    try:
        told = _told(json.loads(out))
    except (ValueError, TypeError, KeyError):
        module.fail_json(msg=f"'{program}' printed no report", rc=code)
    if code:
        module.fail_json(rc=code, **told)
    module.exit_json(changed=False, rc=code, **told)


def _command(program, given):
    """The command line; the facts come on stdin."""
    command = [program, "diagnose", "-", "--format", "json"]
    command += ["--lang", given["lang"], "--fail-on", given["fail_on"]]
    command += [part for folder in given["rules"] for part in ("--rules", folder)]
    if given["observe"]:
        command.append("--observe")
    places = ("instance", "url", "var", "conf", "smtp", "pop3")
    return command + [f"--{name}={given[name]}" for name in places if given[name] is not None]


def _sentence(err):
    """What an error says: its last line, without the name of the program."""
    last = err.strip().splitlines()[-1:]
    return "".join(last).removeprefix("ccexpert: ").removeprefix("Error: ")


def _told(report):
    """What the module returns of a report."""
    found = [
        d for d in report["diagnoses"] if d["certainty"] >= _FOUND and d["verdict"] != "not-a-fault"
    ]
    plan = [
        {**step, "changes_server": step["kind"] not in ("check", "escalate")}
        for step in report["plan"]
    ]
    return {
        "msg": _line(found[0]) if found else report["status"],
        "status": report["status"],
        "findings": [d["id"] for d in found],
        "diagnoses": report["diagnoses"],
        "plan": plan,
        "report": report,
    }


def _line(diagnosis):
    place = "@".join(part for part in (diagnosis["module"], diagnosis["instance"]) if part)
    return f"{place}: {diagnosis['title']} ({diagnosis['certainty']:.2f})"


if __name__ == "__main__":
    main()
