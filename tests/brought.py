"""Outputs that people bring along, as the programs print them: to be read, alone and in mixed
texts."""

from __future__ import annotations

DF = """Filesystem      Size  Used Avail Use% Mounted on
devtmpfs        7.8G     0  7.8G   0% /dev
tmpfs           7.8G  100M  7.7G   2% /dev/shm
/dev/sda1        50G   21G   30G  42% /
/dev/sdb1       200G  189G   12G  95% /usr/local/neolane
/dev/loop3       64M   64M     0 100% /snap/core20/2318"""

FREE = """              total        used        free      shared  buff/cache   available
Mem:          15885        9023         310         402        6551        1480
Swap:          4095        1228        2867"""

OLD_FREE = """             total       used       free     shared    buffers     cached
Mem:       8061404    7857420     203984          0     266520    4210444
-/+ buffers/cache:    3380456    4680948
Swap:      2097148          0    2097148"""

TOP = """top - 03:14:20 up 112 days,  2:01,  1 user,  load average: 38.20, 37.11, 30.02
Tasks: 311 total,   2 running, 309 sleeping,   0 stopped,   0 zombie
%Cpu(s):  4.0 us,  2.1 sy,  0.0 ni,  8.3 id, 85.2 wa,  0.0 hi,  0.4 si,  0.0 st
MiB Mem :  32012.4 total,    311.2 free,  30120.5 used,   1580.7 buff/cache
MiB Swap:   8192.0 total,   8192.0 free,      0.0 used.   4011.2 avail Mem

    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
   2050 neolane   20   0   21.4g  17.1g  11200 D   8.3  54.7  2014:11 nlserver"""

OLD_TOP = """top - 14:52:01 up 20 days, 1:41, 2 users, load average: 0.08, 0.03, 0.01
Cpu(s): 12.1%us,  2.0%sy,  0.0%ni, 85.4%id,  0.5%wa,  0.0%hi,  0.0%si,  0.0%st
Mem:   8061404k total,  7857420k used,   203984k free,   266520k buffers
Swap:  2097148k total,        0k used,  2097148k free,  4210444k cached"""

SS = """State    Recv-Q   Send-Q     Local Address:Port     Peer Address:Port Process
LISTEN   0        128              0.0.0.0:22            0.0.0.0:* users:(("sshd",pid=1011))
LISTEN   0        100            127.0.0.1:8005          0.0.0.0:* users:(("nlserver",pid=3432))
LISTEN   0        100                    *:8080                *:* users:(("java",pid=77,fd=21))"""

NETSTAT = """Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State  PID/Program name
tcp        0      0 127.0.0.1:8005          0.0.0.0:*               LISTEN      3432/nlserver
tcp6       0      0 :::8080                 :::*                    LISTEN      77/java
udp        0      0 0.0.0.0:6666            0.0.0.0:*                           530/nlserver"""

FIREWALL = """Chain INPUT (policy ACCEPT)
target     prot opt source               destination
ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0            ctstate RELATED,ESTABLISHED
ACCEPT     icmp --  0.0.0.0/0            0.0.0.0/0
ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0
ACCEPT     tcp  --  0.0.0.0/0            0.0.0.0/0            state NEW tcp dpt:22
REJECT     all  --  0.0.0.0/0            0.0.0.0/0            reject-with icmp-host-prohibited

Chain OUTPUT (policy ACCEPT)
target     prot opt source               destination"""

ZONE = """public (active)
  target: default
  interfaces: ens192
  sources:
  services: dhcpv6-client https ssh
  ports:
  masquerade: no"""

SAVED = """-P INPUT DROP
-P OUTPUT ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 443 -j ACCEPT
-A OUTPUT -p tcp -m tcp --dport 25 -j REJECT --reject-with icmp-port-unreachable"""

NFT = """table inet filter {
	chain input {
		type filter hook input priority 0; policy drop;
		ct state { established, related } accept
		tcp dport { 22, 8000-8100 } accept
	}
}"""

UFW = """Status: active

To                         Action      From
--                         ------      ----
OpenSSH                    ALLOW       Anywhere
443/tcp                    DENY        Anywhere"""

NETSH = """Rule Name:                            Block web
----------------------------------------------------------------------
Enabled:                              Yes
Direction:                            In
Profiles:                             Domain,Private,Public
LocalIP:                              Any
RemoteIP:                             Any
Protocol:                             TCP
LocalPort:                            80,443
RemotePort:                           Any
Action:                               Block"""

LIMITS = """Limit                     Soft Limit           Hard Limit           Units
Max open files            1024                 4096                 files
Max processes             63345                63345                processes"""

IPCS = """------ Shared Memory Segments --------
key        shmid      owner      perms      bytes      nattch     status
0x52594141 32768      neolane    600        1048576    0
0x52594142 32769      neolane    600        1048576    2
0x0052e2c1 65538      postgres   600        56         6"""

ACTIVITY = """ pid  | usename |        state        | wait_event_type |    duration     | query
------+---------+---------------------+-----------------+-----------------+-------------
 4711 | neolane | active              | Lock            | 00:12:44.120001 | UPDATE Nms…
 4712 | neolane | idle in transaction | Client          | 00:31:02.551200 | SELECT 1
(2 rows)"""

LOCKS = """   locktype    | pid  |        mode         | granted
---------------+------+---------------------+---------
 relation      | 4711 | AccessShareLock     | t
 transactionid | 4712 | ShareLock           | f
(2 rows)"""

SQLPLUS = """       SID BLOCKING_SESSION LAST_CALL_ET
---------- ---------------- ------------
        71               14          912
        14                            20

2 rows selected."""

SQLCMD = """session_id blocking_session_id total_elapsed_time
---------- ------------------- ------------------
        63                   0             755012
        71                   0                 12

(2 rows affected)"""

NO_LOCKS = LOCKS.replace("| f", "| t")

BACKTRACE = """Core was generated by `nlserver mta -instance:prod -trace:mta -detach'.
Program terminated with signal SIGSEGV, Segmentation fault.
#0  0x00007f5f2c8b1a10 in strlen () from /lib64/libc.so.6
#1  0x00007f5f2f1e33c2 in CString::Set (this=0x7ffd, pszText=0x0) at string.cpp:211
#2  0x0000000000412f00 in main ()"""

STACK = """#0  0x00007f5f2c8b1a10 in epoll_wait () from /lib64/libc.so.6
#1  0x0000000000412f00 in main ()"""

BOUNCE = """Return-Path: <>
Received: from mx.example.net (mx.example.net [192.0.2.7])
    by bounce.example.com; Tue, 20 Nov 2029 09:14:02 +0000
Subject: Undelivered Mail Returned to Sender

Reporting-MTA: dns; mx.example.net
Final-Recipient: rfc822; anna@example.net
Action: failed
Status: 5.7.1
Diagnostic-Code: smtp; 550 5.7.1 Message rejected as spam by
    content filtering"""

PS = """neolane   2101     1  0 Nov29 ?        00:00:12 nlserver watchdog -svc -noconsole
neolane   2150  2101  1 Nov29 ?        00:14:12 /usr/local/neolane/nl6/bin/nlserver web@default
neolane   2190  2101  0 10:01 ?        00:01:12 nlserver mta -instance:prod -noconsole
neolane   2191  2101  0 10:01 ?        00:00:00 [nlserver] <defunct>
root      9999  8888  0 10:02 pts/0    00:00:00 grep --color=auto nlserver"""

RELEASE = """PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
ID=debian"""

UNAME = "Linux app01 5.14.0-427.el9.x86_64 #1 SMP PREEMPT_DYNAMIC x86_64 x86_64 GNU/Linux"

PACKAGES = """openssl-3.0.7-27.el9.x86_64
curl-7.76.1-29.el9_4.1.x86_64"""

APACHE = """● httpd.service - The Apache HTTP Server
   Loaded: loaded (/usr/lib/systemd/system/httpd.service; enabled)
   Active: active (running) since Tue 2029-11-20 09:14:02 UTC; 2 days ago"""

IIS = """Status for Windows Process Activation Service ( WAS ) : Running
Status for World Wide Web Publishing Service ( W3SVC ) : Stopped"""

POSTGRES = """● postgresql-12.service - PostgreSQL 12 database server
   Loaded: loaded (/usr/lib/systemd/system/postgresql-12.service; enabled)
   Active: failed (Result: exit-code) since Tue 2029-11-20 02:11:04 UTC; 1h ago"""

SESTATUS = """SELinux status:                 enabled
SELinuxfs mount:                /sys/fs/selinux
Current mode:                   enforcing
Mode from config file:          enforcing"""

VMSTAT = """procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st
 1  0   1024 990112   1012 120012    0    0    12    21  912  823  6  4 90  0  0
 2 14   4096  90112   1012 120012 9120 8812  9912 10021 9012 8123 16  4  4 76  0"""

IOSTAT = """avg-cpu:  %user   %nice %system %iowait  %steal   %idle
           6.02    0.00    2.11   71.22    0.00   20.65

Device            r/s     rkB/s   rrqm/s  %rrqm  %util
sda              1.00     40.00     0.00   0.00  99.90"""

HTOP = """  CPU[||||||||||||||||98.7%]   Tasks: 112, 301 thr; 4 running
  Mem[|||||||||||15.1G/15.5G]   Load average: 17.22 15.01 11.20
  Swp[|||         512M/4.00G]   Uptime: 41 days, 02:02:11"""

LSOF = """COMMAND    PID    USER   FD   TYPE  DEVICE SIZE/OFF NODE NAME
java      1340   tomcat   31u  IPv4   44111      0t0  TCP *:http-alt (LISTEN)
nlserver  1410  neolane   12u  IPv4   44112      0t0  UDP *:7777
nlserver  1410  neolane   13u  IPv4   44113      0t0  TCP app1:41222->db1:5432 (ESTABLISHED)"""

PGREP = """1187 nlserver watchdog -svc -noconsole
1340 nlserver web@default -autorepair"""

LOGICAL = """Caption  FreeSpace     Size
C:       81212312123   107374182400
D:       12312123      536870912000"""

RIGHTS = """drwxr-xr-x. 14 root root 4096 Nov 11 03:00 /tmp
-rw-r--r-- 1 apache apache 812 Nov 10 02:12 /usr/local/neolane/nl7/var/res/img/prod/9f.png"""

STAT = """  File: /usr/local/neolane/nl7/var/prod/redir/url/2026/3f2a.xml
  Size: 4312        Blocks: 16         IO Block: 4096   regular file
Access: (0600/-rw-------)  Uid: ( 1001/ neolane)   Gid: ( 1001/ neolane)"""

SERVICES = """Status   Name               DisplayName
------   ----               -----------
Running  nlserver6          Adobe Campaign Server
Stopped  W3SVC              World Wide Web Publishing Service"""

RPM = "nlserver6-v7-9390-0.x86_64"
DPKG = "ii  nlserver6-v7       9390        amd64        Adobe Campaign Server"

SAMPLES = {
    "os-release.txt": RELEASE,
    "uname.txt": UNAME,
    "packages.txt": PACKAGES,
    "webserver-status.txt": APACHE,
    "database-status.txt": POSTGRES,
    "df.txt": DF,
    "free.txt": FREE,
    "top.txt": TOP,
    "idle.txt": VMSTAT,
    "selinux.txt": SESTATUS,
    "rights.txt": STAT,
    "limits.txt": LIMITS,
    "firewall.txt": NETSH,
    "sockets.txt": SS,
    "ipcs.txt": IPCS,
    "ps.txt": PS,
    "psql.txt": ACTIVITY,
    "backtrace.txt": BACKTRACE,
    "bounce.txt": BOUNCE,
}
