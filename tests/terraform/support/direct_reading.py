from __future__ import annotations
import os
from pathlib import Path
from scanned_keys import Scanned, READINGS
def read_directly(directory, flags=()):
    from checkov_keys.domain.rules import ONE_ACTIVE_KEY, Verdict
    from checkov_keys.iac.hcl.values import canonical_text
    from checkov_keys.iac.terraform.reader import _ConfigurationReader
    from checkov_keys.iac.terraform.scan_context import ScanContext
    directory=str(Path(directory).resolve())
    files=tuple(os.path.join(directory,f.split('=',1)[1]) for f in flags if f.startswith('-var-file='))
    dirs=tuple(f for f,d,n in os.walk(directory))
    names={}
    import checkov_keys.iac.terraform.reader as R
    orig=R.find_keys
    def spy(*a,**k):
        for f in orig(*a,**k):
            if hasattr(f,'user') and isinstance(f.user.content,str): names[f.address]=f.user.content
            yield f
    R.find_keys=spy
    try: r=_ConfigurationReader(ScanContext(dirs,directory,files),(),with_users=False).read()
    finally: R.find_keys=orig
    keys={};failed=[];passed=[];unknown=[u.address+': '+u.reason for u in r.unjudged]
    for user,group in r.users():
        over=ONE_ACTIVE_KEY.judge(user)
        for d in group:
            v=ONE_ACTIVE_KEY.judge_key(d.key,over)
            keys[d.key.address]=(names.get(d.key.address,user.name) if d.user.kind=='name' else None,d.key.status.value)
            (failed if v is Verdict.FAILED else passed if v is Verdict.PASSED else unknown).append(d.key.address)
    code=2 if unknown else 1 if failed else 0
    return Scanned(keys,sorted(failed),sorted(passed),sorted(unknown),code)
READINGS['direct']=read_directly
