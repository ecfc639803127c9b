var alarminfo=JSON.parse(atob('e30='));
